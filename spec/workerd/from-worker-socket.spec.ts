import { describe, expect, it } from '@jest/globals';
import { fromWorkerSocket } from '../../adapters/workerd/from-worker-socket.ts';
import { deferred } from '../../lib/body/deferred.ts';
import { FakeWorkerSocket } from './fake-worker-socket.ts';

function make() {
  const socket = new FakeWorkerSocket();
  const io = fromWorkerSocket(socket);
  const seen: unknown[] = [];
  io.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  return { io, seen, socket };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('fromWorkerSocket', () => {
  it('a small read is copied out of a buffer of 64 KiB, which serves the next; a large one is given away', async () => {
    const { io, socket } = make();
    socket.give(bytes(1), new Uint8Array(16_384), new Uint8Array(16_385), bytes(3));
    const sizes: (number | undefined)[] = [];
    for (let n = 0; n < 4; n++) sizes.push((await io.read())?.buffer.byteLength);
    expect([sizes, socket.views]).toEqual([
      [1, 16_384, 65_536, 1],
      [65_536, 65_536, 65_536, 65_536],
    ]);
  });

  it('does not read before it is asked to, nor after the end', async () => {
    const { io, socket } = make();
    socket.give(bytes(1), null);
    await turn();
    expect(socket.views).toEqual([]);
    expect([await io.read(), await io.read(), await io.read()]).toEqual([bytes(1), null, null]);
  });

  it('a write is one, and is awaited', async () => {
    const { io, socket } = make();
    const taken = deferred<void>();
    socket.stuck = taken.promise;
    let done = 0;
    Promise.resolve(io.write([bytes(1, 2), bytes(3)])).then(() => done++);
    await turn();
    expect([socket.written, done]).toEqual([[1, 2, 3], 0]);
    taken.resolve();
    await turn();
    expect(done).toBe(1);
  });

  it.each(['read', 'close'])(
    'is closed when both directions are over, and not before; first: %s',
    async (first) => {
      const { io, seen, socket } = make();
      socket.give(null);
      if (first === 'read') await io.read();
      else await io.close();
      await turn();
      expect([socket.closes, seen]).toEqual([0, []]);
      if (first === 'read') await io.close();
      else await io.read();
      await io.close();
      await turn();
      expect([socket.closes, socket.heard, seen]).toEqual([1, ['close'], ['closed']]);
    },
  );

  it('what it fails with is told to who reads, writes and waits', async () => {
    const { io, seen, socket } = make();
    const failure = new Error('reset');
    const read = io.read();
    socket.fail(failure);
    await expect(read).rejects.toBe(failure);
    await turn();
    expect(seen).toEqual([failure]);
  });

  it.each([undefined, 'enough'])(
    'an abort with %s ends what waits, with one reason, and once',
    async (reason) => {
      const { io, seen, socket } = make();
      socket.stuck = new Promise(() => {});
      const failed = (promise: unknown) => Promise.resolve(promise).catch((error) => error);
      const outcomes = [failed(io.write([bytes(1)])), failed(io.read())];
      await turn();
      io.abort(reason);
      io.abort('again');
      await io.close();
      const error = reason ?? expect.objectContaining({ code: 'ERR_CONNECTION_LOST' });
      expect(await outcomes[0]).toEqual(error);
      await expect(io.write([bytes(1)])).rejects.toEqual(error);
      // What is read late is no end.
      socket.give(null);
      expect([await outcomes[1], seen, socket.heard]).toEqual([error, [reason ?? 'closed'], []]);
      expect(socket.closes).toBeGreaterThan(0);
    },
  );

  it('tells what is known of the connection', () => {
    expect(make().io.info).toEqual({ encrypted: false });
    const io = fromWorkerSocket(new FakeWorkerSocket('on'), { remoteAddress: 'a' });
    expect(io.info).toEqual({ encrypted: true, remoteAddress: 'a' });
  });
});
