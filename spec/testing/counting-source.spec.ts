import { describe, expect, it } from '@jest/globals';
import { countingSource } from '../../lib/testing/mod.ts';

describe('countingSource', () => {
  it.each([false, true])('counts pulls and bytes; byte i is i modulo 251; async %p', async (async) => {
    const source = countingSource({ chunkBytes: 200, totalBytes: 300, async });
    const all: number[] = [];
    for (let chunk = await source.pull(1); chunk !== null; chunk = await source.pull(1)) all.push(...chunk);
    expect(all).toEqual(Array.from({ length: 300 }, (_, i) => i % 251));
    expect([source.pulls, source.bytes, source.cancelled]).toEqual([3, 300, undefined]);
    expect(source.pull(1) instanceof Promise).toBe(async);
  });

  it('refuses sizes that are none', () => {
    for (const chunkBytes of [0, -1, 1.5, Number.NaN, '5', undefined])
      expect(() => countingSource({ chunkBytes: chunkBytes as number })).toThrow(
        /^Cannot use chunkBytes as it must be/,
      );
    expect(() => countingSource({ chunkBytes: 1, totalBytes: -1 })).toThrow(RangeError);
    expect(countingSource({ chunkBytes: 1, totalBytes: Number.POSITIVE_INFINITY }).pull(1)).toHaveLength(1);
  });

  it('says when the law of cancel is broken', () => {
    const source = countingSource({ chunkBytes: 1 });
    source.cancel?.('why');
    expect(source.cancelled).toEqual({ reason: 'why' });
    expect(() => source.pull(1)).toThrow('cancelled source was pulled');
    expect(() => source.cancel?.('again')).toThrow('cancelled twice');
  });
});
