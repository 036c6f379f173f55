import { describe, expect, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';

describe('concat', () => {
  const parts = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];

  it('joins into memory of its own, of just the size', () => {
    const joined = concat(parts);
    expect([...joined]).toEqual([1, 2, 3]);
    expect(joined.buffer.byteLength).toBe(3);
    const [only] = parts;
    expect(concat([only as Uint8Array]).buffer).not.toBe(only?.buffer);
    expect(concat([]).byteLength).toBe(0);
  });

  it('believes the length that it is told, or fills what it is given', () => {
    expect([...concat(parts, 4)]).toEqual([1, 2, 3, 0]);
    const into = new Uint8Array(5).fill(9);
    expect(concat(parts, 3, into)).toBe(into);
    expect([...into]).toEqual([1, 2, 3, 9, 9]);
  });
});
