import { describe, expect, it } from '@jest/globals';
import { BodyStream, body, bytes, collect, limitBytes, lines, map, pipe, progress } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { callbackLaws } from './callback-laws.ts';
import { laws } from './laws.ts';
import { all } from './reading.ts';

describe('map', () => {
  laws('map');
  callbackLaws(map);

  it('bytes to bytes: a body whose length is not known', async () => {
    const twice = map((chunk: Uint8Array) => Uint8Array.of(...chunk, ...chunk));
    const stream = pipe('ab', twice);
    expect(stream).toBeInstanceOf(BodyStream);
    expect(stream.byteLength).toBeUndefined();
    expect((await collect(stream)).text()).toBe('abab');
  });

  it('a chunk that becomes empty is left out, and is not the end', async () => {
    for (const async of [false, true]) {
      const source = countingSource({ chunkBytes: 1, totalBytes: 1000, async });
      const last = map((chunk: Uint8Array) => chunk.subarray(chunk[0] === 240 ? 0 : 1));
      expect([...(await bytes(pipe(source, last)))]).toEqual([240, 240, 240, 240]);
    }
  });

  it('what it makes of a part of a chunk is what a BYOB reader gets, also behind an operator that passes chunks', async () => {
    for (const behind of [[], [limitBytes(9)], [progress(() => {}), limitBytes(9)]]) {
      const kept: Uint8Array[] = [];
      const part = map((chunk: Uint8Array) => {
        kept.push(chunk);
        return chunk.subarray(2);
      });
      const from = pipe('abcdef', part, ...(behind as [])) as BodyStream;
      const reader = body(from, { type: 'bytes' }).getReader({ mode: 'byob' });
      const { value } = await reader.read(new Uint8Array(10));
      expect(new TextDecoder().decode(value)).toBe('cdef');
      // The function may keep what it got: that is no memory of the reader's.
      await reader.read(new Uint8Array((value as Uint8Array<ArrayBuffer>).buffer).fill(0));
      expect(new TextDecoder().decode(kept[0])).toBe('abcdef');
    }
  });

  it('values of any kind, null among them, one at a time', async () => {
    const odd = [null, undefined, 0, '', false, {}, Number.NaN];
    for (const async of [false, true]) {
      let n = 0;
      const stream = pipe(
        odd.map(() => 'x'),
        map(() => (async ? Promise.resolve(odd[n++]) : odd[n++])),
      );
      expect(await all(stream)).toEqual(odd);
    }
  });

  it('values to bytes, and operators of bytes behind it', async () => {
    const stream = pipe(
      'a\nb\n',
      lines(),
      map((line) => new TextEncoder().encode(line)),
      limitBytes(2),
    );
    expect(stream).toBeInstanceOf(BodyStream);
    expect((await collect(stream)).text()).toBe('ab');
    const wrong = pipe('a\n', lines(), map((line) => line) as never, limitBytes(2) as never);
    await expect(all(wrong as ReadableStream)).rejects.toThrow(TypeError);
  });
});
