import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader } from '../../../lib/http2/mod.ts';
import { frame } from '../conformance.ts';

/** Every piece: the header's numbers, the payload, first and last. */
function read(pieces: readonly Uint8Array[], max = 16_384): unknown[][] {
  const reader = new FrameReader(max);
  const list: unknown[][] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let f = reader.next(); f !== undefined; f = reader.next())
      list.push([f.type, f.flags, f.streamId, f.length, f.padding, [...f.payload], f.first, f.last]);
  }
  return list;
}
/** With the pieces of DATA joined. */
function joined(pieces: readonly Uint8Array[]): unknown[][] {
  const list: unknown[][] = [];
  for (const item of read(pieces)) {
    const before = list.at(-1);
    if (item[6] === true) list.push(item);
    else if (before !== undefined) {
      before[5] = [...(before[5] as number[]), ...(item[5] as number[])];
      before[7] = item[7];
    }
  }
  return list;
}

describe('FrameReader', () => {
  it('gives DATA in the pieces in which it comes, as views, and its end with its padding', () => {
    const input = frame(0, 9, 3, [2, 7, 8, 0, 0]);
    expect(read([input])).toEqual([[0, 9, 3, 5, 3, [7, 8], true, true]]);
    const at = (...ends: number[]): Uint8Array[] =>
      [0, ...ends].map((start, i) => input.subarray(start, ends[i] ?? input.byteLength));
    expect(read(at(9))).toEqual([[0, 9, 3, 5, 3, [7, 8], true, true]]);
    expect(read(at(10, 11, 12, 13))).toEqual([
      [0, 9, 3, 5, 3, [], true, false],
      [0, 9, 3, 5, 3, [7], false, false],
      [0, 9, 3, 5, 3, [8], false, false],
      [0, 9, 3, 5, 3, [], false, true],
    ]);
    const reader = new FrameReader(16_384);
    reader.push(input);
    expect(reader.next()?.payload.buffer).toBe(input.buffer);
  });

  it('gives other frames whole, and unknown ones without their payload', () => {
    const input = [frame(6, 0, 0, new Uint8Array(8)), frame(0x42, 1, 2, [1, 2, 3]), frame(1, 4, 1, [9])];
    const whole = read(input);
    expect(whole).toEqual([
      [6, 0, 0, 8, 0, [0, 0, 0, 0, 0, 0, 0, 0], true, true],
      [0x42, 1, 2, 3, 0, [], true, true],
      [1, 4, 1, 1, 0, [9], true, true],
    ]);
    expect(read(input.flatMap((bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(whole);
  });

  it('reads a frame of the longest length, and not one octet more', () => {
    expect(read([frame(1, 4, 1, new Uint8Array(100))], 100)).toHaveLength(1);
    expect(() => read([frame(1, 4, 1, new Uint8Array(101))], 100)).toThrow(
      expect.objectContaining({ errorCode: 6, scope: 'connection' }),
    );
  });

  it('does not see how the input was split', () => {
    const one = fc
      .record({
        type: fc.constantFrom(0, 0, 1, 2, 9, 0x20),
        flags: fc.constantFrom(0, 1, 8, 9),
        payload: fc.uint8Array({ minLength: 1, maxLength: 30 }),
      })
      .map(({ type, flags, payload }) => {
        if (type <= 1) payload[0] = (payload[0] ?? 0) % payload.byteLength;
        return frame(type, flags, 5, payload);
      });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 20 })),
        (list, sizes) => {
          const input = Uint8Array.from(list.flatMap((bytes) => [...bytes]));
          const pieces: Uint8Array[] = [];
          for (let at = 0, i = 0; at < input.byteLength; i++) {
            const size = sizes[i % Math.max(1, sizes.length)] ?? 1;
            pieces.push(input.slice(at, at + size));
            at += size;
          }
          expect(joined(pieces)).toEqual(joined([input]));
        },
      ),
    );
  });
});
