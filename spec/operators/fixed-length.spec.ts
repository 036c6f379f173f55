import { describe, expect, it } from '@jest/globals';
import { bytes, fixedLength, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { read } from './reading.ts';

describe('fixedLength', () => {
  laws('fixedLength');

  it('declares the length, and holds the body to it', async () => {
    expect(pipe(['ab', 'cd'], fixedLength(4)).byteLength).toBe(4);
    expect((await read(pipe(['ab'], fixedLength(4)))).error).toMatchObject({
      code: 'ERR_LENGTH_MISMATCH',
      expected: 4,
      received: 2,
    });
  });

  it.each([false, true])(
    'the chunk that is too much is dropped, and the source cancelled; async %p',
    async (async) => {
      const source = countingSource({ chunkBytes: 3, async });
      const stream = pipe(source, fixedLength(4));
      const { got, error } = await read(stream);
      expect(error).toMatchObject({ code: 'ERR_LENGTH_MISMATCH', expected: 4, received: 6 });
      expect([got, source.cancelled?.reason, source.pulls]).toEqual([[3], error, 2]);
      expect(await stream.trailers.catch((e) => e)).toBe(error);
    },
  );

  it('another length that was declared errors before any pull', async () => {
    for (const byteLength of [0, 3, 5]) {
      const declared = Object.assign(countingSource({ chunkBytes: 3 }), { byteLength });
      const stream = pipe(declared, fixedLength(4));
      expect(stream.byteLength).toBe(4);
      const { error } = await read(stream);
      expect(error).toMatchObject({ expected: 4, received: byteLength });
      expect([declared.pulls, declared.cancelled?.reason]).toEqual([0, error]);
    }
  });

  it('of 0: nothing, or the first byte is too much', async () => {
    expect(await bytes(pipe([], fixedLength(0)))).toHaveLength(0);
    expect(await bytes(pipe(['', new Uint8Array(0)], fixedLength(0)))).toHaveLength(0);
    const source = countingSource({ chunkBytes: 1 });
    expect((await read(pipe(source, fixedLength(0)))).error).toMatchObject({ expected: 0, received: 1 });
    expect(source.cancelled).toBeDefined();
  });

  it('after the bytes it waits for the end: what says none yet may still be too long', async () => {
    const source = countingSource({ chunkBytes: 4, totalBytes: 4 });
    const reader = pipe(source, fixedLength(4)).getReader();
    await reader.read();
    expect(source.pulls).toBe(1);
    expect((await reader.read()).done).toBe(true);
    expect([source.pulls, source.cancelled]).toEqual([2, undefined]);
  });

  it('refuses a length out of range at the call', () => {
    for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => fixedLength(bad)).toThrow(RangeError);
    for (const bad of ['4', undefined, null]) expect(() => fixedLength(bad as never)).toThrow(TypeError);
  });
});
