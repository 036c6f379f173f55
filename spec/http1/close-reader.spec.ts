import { describe, expect, it } from '@jest/globals';
import { CloseReader } from '../../lib/http1/close-reader.ts';

const input = new Uint8Array(10);

describe('CloseReader', () => {
  it('takes everything until the end', () => {
    const reader = new CloseReader();
    const offsets: number[] = [];
    expect(reader.read(input, 0, 10, offsets)).toBe(10);
    expect(reader.read(input, 4, 4, offsets)).toBe(4);
    expect(reader.done).toBe(false);
    reader.finish();
    expect(reader.done).toBe(true);
    expect(reader.read(input, 2, 4, offsets)).toBe(2);
    expect(offsets).toEqual([0, 10]);
  });
});
