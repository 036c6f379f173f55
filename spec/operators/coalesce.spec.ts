import { describe, expect, it } from '@jest/globals';
import { buffer, bytes, channel, coalesce, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { read, sizes, turn } from './reading.ts';

describe('coalesce', () => {
  laws('coalesce');

  it('joins what is there at once, never splits, and waits for nothing', async () => {
    expect(await sizes(pipe(countingSource({ chunkBytes: 10, totalBytes: 95 }), coalesce(35)))).toEqual([
      30, 30, 35,
    ]);
    expect(await sizes(pipe(countingSource({ chunkBytes: 50, totalBytes: 100 }), coalesce(35)))).toEqual([
      50, 50,
    ]);
    const late = countingSource({ chunkBytes: 10, totalBytes: 40, async: true });
    expect(await sizes(pipe(late, coalesce(35)))).toEqual([10, 10, 10, 10]);
  });

  it('is the identity on a foreign stream, and joins what a buffer holds', async () => {
    let pulls = 0;
    const chunk = new Uint8Array(10);
    const foreign = () =>
      new ReadableStream<Uint8Array>(
        {
          pull: (c) => {
            pulls++;
            c.enqueue(chunk);
          },
        },
        { highWaterMark: 0 },
      );
    const reader = pipe(foreign(), coalesce(100)).getReader();
    expect((await reader.read()).value).toBe(chunk);
    await turn();
    expect(pulls).toBe(1);
    const buffered = pipe(foreign(), buffer(50), coalesce(100)).getReader();
    await buffered.read();
    await turn();
    expect((await buffered.read()).value).toHaveLength(50);
  });

  it('joins what a channel holds without a pull that waits', async () => {
    const { sender, body } = channel({ highWaterMark: 100_000 });
    for (let i = 0; i < 3; i++) sender.send(new Uint8Array(20_000));
    const stream = pipe(body, coalesce(50_000));
    const reader = stream.getReader();
    expect((await reader.read()).value).toHaveLength(40_000);
    expect((await reader.read()).value).toHaveLength(20_000);
    expect(body.stats.pulls).toBe(3);
  });

  it('leaves no pull waiting at a channel that it has emptied', async () => {
    const { sender, body } = channel({ highWaterMark: 100_000 });
    for (let i = 0; i < 2; i++) sender.send(new Uint8Array(20_000));
    const reader = pipe(body, coalesce(50_000)).getReader();
    expect((await reader.read()).value).toHaveLength(40_000);
    expect(body.stats.pulls).toBe(2);
  });

  it.each([false, true])('a source may reuse its buffer; every second pull is late: %p', async (late) => {
    const memory = new Uint8Array(3);
    let n = 0;
    const pull = () => (n === 4 ? null : memory.fill(++n));
    const source = { pull: () => (late && n % 2 ? turn().then(pull) : pull()) };
    expect([...(await bytes(pipe(source, coalesce(4))))]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  });

  it('what comes after the joined bytes comes after them: an end, an error', async () => {
    const failure = new Error('broke');
    let n = 0;
    const source = {
      pull: () => {
        if (n++ < 2) return new Uint8Array(10);
        throw failure;
      },
    };
    expect(await read(pipe(source, coalesce(100)))).toEqual({ got: [20], error: failure });
  });

  it('a chunk alone is given as it is, not copied', async () => {
    const chunk = new Uint8Array(50);
    for (const max of [10, 50]) {
      const reader = pipe({ pull: () => chunk }, coalesce(max)).getReader();
      expect((await reader.read()).value === chunk).toBe(true);
    }
    const { sender, body } = channel({ highWaterMark: 100 });
    sender.send(chunk);
    expect((await pipe(body, coalesce(90)).getReader().read()).value === chunk).toBe(true);
  });

  it('a cancel drops what did not fit', async () => {
    const source = countingSource({ chunkBytes: 20 });
    const stream = pipe(source, coalesce(35));
    const reader = stream.getReader();
    expect((await reader.read()).value).toHaveLength(20);
    await reader.cancel('left');
    expect([source.pulls, source.cancelled]).toEqual([2, { reason: 'left' }]);
    expect(stream.stats.delivered).toBe(20);
  });

  it('pulls no more than it may join', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, coalesce(30)).getReader();
    for (let reads = 1; reads <= 3; reads++) {
      expect((await reader.read()).value).toHaveLength(30);
      expect(source.pulls).toBe(3 * reads);
    }
    await reader.cancel();
  });

  it('refuses a size out of range at the call', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => coalesce(bad)).toThrow(RangeError);
    for (const bad of ['5', undefined, null]) expect(() => coalesce(bad as never)).toThrow(TypeError);
  });
});
