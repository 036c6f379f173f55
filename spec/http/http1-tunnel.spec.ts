import { describe, expect, it } from '@jest/globals';
import { Http1Input } from '../../lib/http/http1-input.ts';
import { openTunnel } from '../../lib/http/http1-tunnel.ts';
import { Http1Receiver } from '../../lib/http1/receiver.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

/** What is left of a connection that has read this. */
async function make(read = 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n') {
  const io = new ManualTransport();
  const input = new Http1Input(io, new Http1Receiver({ role: 'server' }));
  io.give(read);
  await input.fill();
  input.receive();
  const { duplex, over } = openTunnel(io, input);
  const seen: unknown[] = [];
  over.then(() => seen.push('over'));
  const reader = duplex.readable.getReader();
  const writer = duplex.writable.getWriter();
  for (const promise of [reader.closed, writer.closed]) promise.catch(() => {});
  const text = async (): Promise<string | undefined> => {
    const { value } = await reader.read();
    return value && new TextDecoder().decode(value);
  };
  return { io, input, over, reader, seen, text, writer };
}

describe('openTunnel, on a connection of HTTP/1.1', () => {
  it('begins with the first byte that HTTP did not use, and reads when it is read', async () => {
    const { io, text } = await make('CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\nearly');
    await turns();
    expect(io.reads).toBe(1);
    expect(await text()).toBe('early');
    const next = text();
    await turns();
    expect(io.reads).toBe(2);
    io.give('late', null);
    expect([await next, await text()]).toEqual(['late', undefined]);
  });

  it('is over when both directions are, whichever is first', async () => {
    for (const first of ['read', 'write']) {
      const { io, over, seen, text, writer } = await make();
      io.give(null);
      if (first === 'read') await text();
      else await writer.close();
      await turns();
      expect(seen).toEqual([]);
      if (first === 'write') await text();
      else await writer.close();
      await over;
      expect([io.closes, io.aborts]).toEqual([1, []]);
    }
  });

  it('nobody reads, and what is written is refused: it is over', async () => {
    const { io, over, reader, writer } = await make();
    await reader.cancel('enough');
    io.lose(new Error('broken pipe'));
    await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    await over;
  });

  it('a write waits for the transport', async () => {
    const { io, writer } = await make();
    io.stuck = true;
    let done = 0;
    for (let n = 0; n < 2; n++) writer.write(new Uint8Array(3)).then(() => done++);
    await turns();
    expect([done, io.writes]).toEqual([0, [3]]);
    io.take();
    await turns();
    expect([done, io.writes]).toEqual([2, [3, 3]]);
  });

  it('a read that fails does so with the loss, and is the end of that direction', async () => {
    const { io, seen, text, writer } = await make();
    const read = text();
    io.lose(new Error('reset'));
    await expect(read).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    expect(seen).toEqual([]);
    await writer.close();
    await turns();
    expect(seen).toEqual(['over']);
  });

  it('who waits for something to write hears of a loss that only the transport tells of', async () => {
    const { io, writer } = await make();
    const cause = new Error('reset');
    io.tell(cause);
    await expect(writer.closed).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST', cause });
  });

  it('an abort takes the connection along at once, also while a write waits', async () => {
    const { io, over, writer } = await make();
    io.stuck = true;
    const write = writer.write(new Uint8Array(3));
    write.catch(() => {});
    await turns();
    const aborted = writer.abort('enough');
    expect(io.aborts).toEqual(['enough']);
    await Promise.all([aborted, over]);
    expect(io.aborts).toEqual(['enough']);
    await expect(write).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST', cause: 'enough' });
  });
});
