import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat } from '../../lib/bytes/concat.ts';
import { ChunkedDecoder } from '../../lib/http1/chunked-decoder.ts';
import { ChunkedEncoder } from '../../lib/http1/chunked-encoder.ts';
import { cut, toBytes } from './outcome.ts';

function decode(pieces: Uint8Array[], decoder = new ChunkedDecoder()) {
  const data: Uint8Array[] = [];
  let used = 0;
  for (const piece of pieces) {
    const offsets: number[] = [];
    const stop = decoder.read(piece, 0, piece.length, offsets);
    for (let i = 0; i < offsets.length; i += 2) data.push(piece.subarray(offsets[i], offsets[i + 1]));
    used += stop;
    if (decoder.done || decoder.error !== null) break;
  }
  return { body: concat(data), used, decoder };
}

describe('ChunkedDecoder', () => {
  it('reports each run of data by its offsets, and where the body stops', () => {
    const input = toBytes('..3\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\nrest');
    const decoder = new ChunkedDecoder();
    const offsets: number[] = [];
    expect(decoder.read(input, 2, input.length, offsets)).toBe(input.length - 4);
    expect(offsets).toEqual([5, 8, 13, 15]);
    expect(decoder).toMatchObject({ done: true, error: null, trailers: ['a', 'b'], payload: 5 });
    expect(decoder.read(input, 3, 9, offsets)).toBe(3);
    expect(offsets).toHaveLength(4);
    decoder.finish();
    expect(decoder.error).toBeNull();
  });

  it('appends to the offsets it is given', () => {
    const input = toBytes('1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n');
    const offsets = [7, 8];
    new ChunkedDecoder().read(input, 0, input.length, offsets);
    expect(offsets).toEqual([7, 8, 3, 4, 9, 10, 15, 16]);
  });

  it('never reads past its end', () => {
    const input = toBytes('14\r\n01234567890123456789\r\n3\r\nabc\r\n0\r\n\r\n');
    for (let end = 0; end < input.length; end++) {
      const decoder = new ChunkedDecoder();
      const offsets: number[] = [];
      expect(decoder.read(input, 0, end, offsets)).toBe(end);
      expect(decoder.done).toBe(false);
      expect(offsets.at(-1) ?? 0).toBeLessThanOrEqual(end);
      decoder.read(input, end, input.length, offsets);
      expect(decoder.done).toBe(true);
    }
  });

  it('fails where the bytes end early', () => {
    const decoder = new ChunkedDecoder();
    decoder.read(toBytes('3\r\nab'), 0, 5, []);
    decoder.finish();
    expect(decoder.error).toMatchObject({ code: 'ERR_PROTOCOL', offset: 5, statusHint: 400 });
    expect(decoder.error?.message).toContain('chunk');
    const { error } = decoder;
    decoder.finish();
    expect(decoder.error).toBe(error);
    expect(decoder.read(toBytes('c'), 0, 1, [])).toBe(0);
    const { decoder: inTrailers } = decode([toBytes('0\r\nA')]);
    inTrailers.finish();
    expect(inTrailers.error?.message).toContain('line');
  });

  it.each([
    ['z', 0],
    ['1z', 1],
    ['3\r\nabcd', 6],
    ['3\r\nabc\r\n1\nx', 9],
    ['00000000000000000', 16],
    ['20000000000000', 13],
    ['1;a\0', 3],
    ['0\r\nA b', 4],
    ['0\r\n\rx', 4],
  ])('says where %j is wrong, however it is cut', (text, offset) => {
    for (const size of [1, 2, 3, 100])
      expect(decode(cut(toBytes(text), size)).decoder.error).toMatchObject({ offset });
  });

  it('decodes what the encoder writes, at any split', () => {
    const body = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    const trailers = fc.array(
      fc.tuple(fc.stringMatching(/^x-[a-z]{1,5}$/), fc.stringMatching(/^[!-~]{0,9}$/)),
    );
    fc.assert(
      fc.property(
        body,
        trailers,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (chunks, fields, sizes) => {
          const encoder = new ChunkedEncoder();
          const wire = concat([
            ...chunks.flatMap((chunk) => encoder.encode(chunk)),
            encoder.end(fields.flat()),
            toBytes('tail'),
          ]);
          const pieces: Uint8Array[] = [];
          for (let i = 0, n = 0; i < wire.length; i += sizes[n++ % sizes.length] as number)
            pieces.push(wire.slice(i, i + (sizes[n % sizes.length] as number)));
          for (const way of [pieces, [wire], cut(wire, 1)]) {
            const { body: decoded, used, decoder } = decode(way);
            expect(decoded).toEqual(concat(chunks));
            expect(used).toBe(wire.length - 4);
            expect(decoder.trailers).toEqual(fields.length === 0 ? null : fields.flat());
          }
        },
      ),
    );
  });

  it('does not take a size of eight digits for a negative one', () => {
    const input = toBytes('c\r\nabcdefgh\r\nzz\r\nfffffff0\r\nabcdefghijklmnop');
    const offsets: number[] = [];
    const decoder = new ChunkedDecoder();
    expect(decoder.read(input, 0, input.length, offsets)).toBe(input.length);
    expect(offsets).toEqual([3, 15, 27, 43]);
  });

  it('counts chunks of more than seven digits', () => {
    const input = toBytes('10000000\r\nab');
    const offsets: number[] = [];
    const decoder = new ChunkedDecoder();
    decoder.read(input, 0, input.length, offsets);
    expect(offsets).toEqual([10, 12]);
    expect(decode([toBytes('00000001\r\na\r\n00000002\r\nbc\r\n0\r\n\r\n')]).body).toEqual(toBytes('abc'));
  });
});
