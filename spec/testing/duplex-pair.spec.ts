import { describe, expect, it } from '@jest/globals';
import { duplexPair } from '../../lib/testing/mod.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('duplexPair', () => {
  it('a write waits for a read, or fits in what the highWaterMark leaves', async () => {
    for (const highWaterMark of [0, 10]) {
      const [left, right] = duplexPair({ highWaterMark });
      const writer = left.writable.getWriter();
      let written = 0;
      for (const size of [6, 4, 1]) void writer.write(new Uint8Array(size)).then(() => (written += size));
      await turn();
      expect(written).toBe(highWaterMark);
      const reader = right.readable.getReader();
      expect((await reader.read()).value).toHaveLength(6);
      await turn();
      expect(written).toBe(highWaterMark ? 11 : 6);
    }
  });

  it('half-closes; what one end loses the other hears', async () => {
    const [left, right] = duplexPair();
    await left.writable.getWriter().close();
    expect(await right.readable.getReader().read()).toEqual({ done: true, value: undefined });
    const reason = new Error('gone');
    await right.writable.abort(reason);
    await expect(left.readable.getReader().read()).rejects.toMatchObject({
      code: 'ERR_CONNECTION_LOST',
      cause: reason,
    });
    const [one, other] = duplexPair();
    const writer = one.writable.getWriter();
    const written = writer.write(new Uint8Array(1));
    await other.readable.cancel('enough');
    await expect(written).rejects.toMatchObject({ code: 'ERR_CLOSED', reason: 'enough' });
  });

  it('what is no bytes fails at both ends', async () => {
    for (const chunk of ['text', new ArrayBuffer(1), null, 5]) {
      const [left, right] = duplexPair();
      const writer = left.writable.getWriter();
      writer.closed.catch(() => {});
      const read = right.readable.getReader().read();
      await expect(writer.write(chunk as never)).rejects.toThrow(
        /^Cannot write as the chunk must be a Uint8Array: received /,
      );
      await expect(read).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    }
  });

  it('refuses a highWaterMark that is none', () => {
    for (const highWaterMark of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => duplexPair({ highWaterMark })).toThrow(RangeError);
  });
});
