import { describe, expect, it } from '@jest/globals';
import { duplexTransport } from '../../lib/http/duplex-transport.ts';
import type { Duplex } from '../../lib/http/mod.ts';
import { duplexPair } from '../../lib/testing/mod.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const of = (chunks: readonly unknown[], heard: unknown[] = []): Duplex => {
  const left = [...chunks];
  return {
    readable: new ReadableStream(
      {
        pull(controller) {
          if (left.length) controller.enqueue(left.shift() as Uint8Array);
          else controller.close();
        },
        cancel: (reason) => void heard.push(reason),
      },
      { highWaterMark: 0 },
    ),
    writable: new WritableStream({
      write: (chunk) => void heard.push(chunk),
      abort: (reason) => void heard.push(reason),
    }),
  };
};

describe('duplexTransport', () => {
  it('reads what comes, empty chunks left out, and then the end', async () => {
    const io = duplexTransport(of([new Uint8Array(0), Uint8Array.of(1), new Uint8Array(0)]));
    expect([await io.read(), await io.read()]).toEqual([Uint8Array.of(1), null]);
  });

  it('does not read before it is asked to', async () => {
    let pulls = 0;
    const duplex = of([]);
    const readable = new ReadableStream<Uint8Array>({ pull: () => void pulls++ }, { highWaterMark: 0 });
    duplexTransport({ ...duplex, readable });
    await turn();
    expect(pulls).toBe(0);
  });

  it('chunks that are no bytes are an error', async () => {
    for (const chunk of ['text', 5, null, new ArrayBuffer(1)])
      await expect(duplexTransport(of([chunk])).read()).rejects.toThrow(/as its chunks must be bytes/);
  });

  it('hands over memory of its own: a view of a larger buffer is copied, several chunks are one', async () => {
    const heard: Uint8Array[] = [];
    const io = duplexTransport(of([], heard));
    const memory = new Uint8Array(100);
    await io.write([memory.subarray(0, 3)]);
    await io.write([memory.subarray(0, 3), Uint8Array.of(7)]);
    const whole = Uint8Array.of(1, 2);
    await io.write([whole]);
    memory.fill(9);
    expect(heard).toEqual([Uint8Array.of(0, 0, 0), Uint8Array.of(0, 0, 0, 7), whole]);
    expect(heard[0]?.buffer.byteLength).toBe(3);
  });

  it('a write waits until it was taken, and fails when the other end is gone', async () => {
    const [near, far] = duplexPair();
    const io = duplexTransport(near);
    let taken = false;
    const write = Promise.resolve(io.write([new Uint8Array(5)])).then(() => {
      taken = true;
    });
    await turn();
    expect(taken).toBe(false);
    await far.readable.getReader().read();
    await write;
    const [other, gone] = duplexPair();
    const lost = duplexTransport(other);
    await gone.readable.cancel('left');
    await expect(lost.write([new Uint8Array(1)])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(lost.closed).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('close half-closes: reading goes on', async () => {
    const [near, far] = duplexPair({ highWaterMark: 10 });
    const io = duplexTransport(near);
    const reader = far.readable.getReader();
    await io.close();
    expect((await reader.read()).done).toBe(true);
    const writer = far.writable.getWriter();
    void writer.write(Uint8Array.of(1));
    expect(await io.read()).toEqual(Uint8Array.of(1));
  });

  it('abort ends both directions at once, with its reason, and unlocks them', async () => {
    const reason = new Error('enough');
    const heard: unknown[] = [];
    const readable = new ReadableStream<Uint8Array>(
      { cancel: (why) => void heard.push(why) },
      { highWaterMark: 0 },
    );
    const duplex = { ...of([], heard), readable };
    const io = duplexTransport(duplex);
    const read = Promise.resolve(io.read());
    io.abort(reason);
    io.abort(new Error('again'));
    expect(await read.catch((e) => e)).toBe(reason);
    await io.closed;
    await io.close();
    await turn();
    expect(heard).toEqual([reason, reason]);
    expect([duplex.readable.locked, duplex.writable.locked]).toEqual([false, false]);
    await expect(Promise.resolve().then(() => io.read())).rejects.toBeDefined();
  });

  it('an abort while a write is stuck does not wait for it', async () => {
    const [near] = duplexPair();
    const io = duplexTransport(near);
    const write = Promise.resolve(io.write([new Uint8Array(5)])).catch((error) => error);
    await turn();
    io.abort();
    expect(await write).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    await io.close();
  });

  it('keeps what is known of the connection', () => {
    const info = { remoteAddress: 'a:1' };
    expect(duplexTransport(of([]), info).info).toBe(info);
    expect(duplexTransport(of([])).info).toBeUndefined();
  });
});
