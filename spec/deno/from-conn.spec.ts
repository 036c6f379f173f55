import { describe, expect, it } from '@jest/globals';
import { fromConn } from '../../adapters/deno/from-conn.ts';
import { FakeConn } from './fake-conn.ts';

function make() {
  const conn = new FakeConn();
  const io = fromConn(conn);
  const seen: unknown[] = [];
  io.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  return { conn, io, seen };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('fromConn', () => {
  it('a small read is copied out of the buffer, which serves the next; a large one is given away', async () => {
    const { conn, io } = make();
    conn.give(bytes(1), bytes(2), new Uint8Array(16_385), bytes(3));
    const first = await io.read();
    const second = await io.read();
    expect([first, second, conn.views[1] === conn.views[0]]).toEqual([bytes(1), bytes(2), true]);
    const large = await io.read();
    await io.read();
    expect([large?.byteLength, large?.buffer === conn.views[2]?.buffer]).toEqual([16_385, true]);
    expect(conn.views[3]?.buffer).not.toBe(large?.buffer);
  });

  it('reads into the view of its reader, and leaves that to it', async () => {
    const { conn, io } = make();
    conn.give(bytes(1, 2), bytes(3));
    const view = new Uint8Array(100);
    const read = await io.read(view);
    expect([read, read?.buffer === view.buffer]).toEqual([bytes(1, 2), true]);
    expect(await io.read()).toEqual(bytes(3));
    expect([view[0], conn.views[1]?.buffer === view.buffer]).toEqual([1, false]);
  });

  it('does not read before it is asked to, nor after the end', async () => {
    const { conn, io } = make();
    expect(conn.views).toEqual([]);
    conn.give(null);
    expect([await io.read(), await io.read(), conn.views.length]).toEqual([null, null, 1]);
  });

  it('writes what goes together as one, and goes on until all is taken', async () => {
    const { conn, io } = make();
    await io.write([bytes(1, 2), bytes(3)]);
    expect(conn.writes).toEqual([3]);
    conn.most = 2;
    await io.write([bytes(4, 5, 6, 7, 8)]);
    expect([conn.writes, conn.written]).toEqual([
      [3, 2, 2, 1],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ]);
    conn.most = Number.POSITIVE_INFINITY;
    await io.write([new Uint8Array(65_536), bytes(1)]);
    expect(conn.writes.slice(4)).toEqual([65_536, 1]);
  });

  it.each(['read', 'close'])(
    'is released when both directions are over, and not before; first: %s',
    async (first) => {
      const { conn, io, seen } = make();
      conn.give(null);
      if (first === 'read') await io.read();
      else await io.close();
      await turn();
      expect([conn.closed, seen]).toEqual([0, []]);
      if (first === 'read') await io.close();
      else await io.read();
      await io.close();
      await turn();
      expect([conn.closed, conn.heard, seen]).toEqual([1, ['closeWrite'], ['closed']]);
    },
  );

  it('what it fails with is told to who reads, writes and waits; a close that fails releases it', async () => {
    const { conn, io, seen } = make();
    conn.broken = new Error('broken pipe');
    await expect(io.write([bytes(1)])).rejects.toBe(conn.broken);
    await expect(io.close()).rejects.toBe(conn.broken);
    await turn();
    expect([conn.closed, seen]).toEqual([1, [conn.broken]]);
  });

  it.each([undefined, 'enough'])(
    'an abort with %s ends it at once, with one reason, and once',
    async (reason) => {
      const { conn, io, seen } = make();
      const read = Promise.resolve(io.read()).catch((error) => error);
      io.abort(reason);
      io.abort('again');
      await io.close();
      const error = reason ?? expect.objectContaining({ code: 'ERR_CONNECTION_LOST' });
      expect(await read).toEqual(error);
      conn.broken = new Error('Bad resource ID');
      await expect(io.write([bytes(1)])).rejects.toEqual(error);
      expect([seen, conn.heard]).toEqual([[reason ?? 'closed'], []]);
    },
  );

  it('tells what is known of the connection', () => {
    expect(make().io.info).toEqual({ remoteAddress: '10.0.0.1', localAddress: '[::1]:80', encrypted: false });
    const conn = Object.assign(new FakeConn(), {
      localAddr: { transport: 'unix' },
      remoteAddr: { transport: 'unix' },
      handshake: async () => ({ alpnProtocol: null }),
    });
    expect(fromConn(conn as FakeConn, { alpn: 'h2' }).info).toEqual({
      remoteAddress: undefined,
      localAddress: undefined,
      encrypted: true,
      alpn: 'h2',
    });
  });
});
