import { describe, expect, it } from '@jest/globals';
import { buffer, bytes, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { laws } from './laws.ts';
import { read, turn } from './reading.ts';

describe('buffer', () => {
  laws('buffer');

  it.each([false, true])('reads ahead from the first read on, up to its bytes; async %p', async (async) => {
    const source = countingSource({ chunkBytes: 10, async });
    const stream = pipe(source, buffer(35));
    await turn();
    expect([source.pulls, stream.highWaterMark]).toEqual([0, 35]);
    const reader = stream.getReader();
    await reader.read();
    await turn();
    expect([source.bytes, stream.stats.buffered]).toEqual([50, 40]);
    // A read makes room for one chunk, and no more.
    await reader.read();
    await turn();
    expect([source.bytes, stream.stats.buffered]).toEqual([60, 40]);
    await reader.cancel();
    expect([stream.stats.buffered, stream.stats.dropped]).toEqual([0, 40]);
  });

  it('holds at most its bytes and a chunk, whatever their size', async () => {
    const source = countingSource({ chunkBytes: 1000 });
    const stream = pipe(source, buffer(1));
    const reader = stream.getReader();
    for (let reads = 1; reads <= 5; reads++) {
      await reader.read();
      await turn();
      expect([source.pulls, stream.stats.buffered]).toEqual([reads + 1, 1000]);
    }
    expect(stream.stats.peakBuffered).toBe(1000);
    await reader.cancel();
  });

  it('of 0 reads nothing ahead', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, buffer(0)).getReader();
    await reader.read();
    await turn();
    expect(source.pulls).toBe(1);
  });

  it.each([false, true])('what it holds comes before an error; async %p', async (async) => {
    const failure = new Error('broke');
    const reader = pipe(broken([10, 10, 10], failure, async), buffer(100)).getReader();
    await reader.read();
    await turn();
    expect((await reader.read()).value).toHaveLength(10);
    expect((await reader.read()).value).toHaveLength(10);
    expect(await reader.read().catch((e) => e)).toBe(failure);
  });

  it('a source may reuse its buffer, since what is held is copied', async () => {
    const memory = new Uint8Array(2);
    let n = 0;
    const source = { pull: () => (n === 4 ? null : memory.fill(++n)) };
    expect([...(await bytes(pipe(source, buffer(100))))]).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('two of them hold what both may', async () => {
    const source = countingSource({ chunkBytes: 10, async: true });
    const reader = pipe(source, buffer(20), buffer(30)).getReader();
    await reader.read();
    await turn();
    expect(source.bytes).toBeLessThanOrEqual(10 + 20 + 30 + 20);
    const { got } = await read(
      pipe(countingSource({ chunkBytes: 10, totalBytes: 95 }), buffer(20), buffer(30)),
    );
    expect(got.reduce((sum, size) => sum + size, 0)).toBe(95);
    await reader.cancel();
    expect(source.cancelled).toBeDefined();
  });

  it('refuses a size out of range at the call', () => {
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => buffer(bad)).toThrow(RangeError);
    for (const bad of ['5', undefined, null]) expect(() => buffer(bad as never)).toThrow(TypeError);
  });
});
