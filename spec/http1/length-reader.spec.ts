import { describe, expect, it } from '@jest/globals';
import { LengthReader } from '../../lib/http1/length-reader.ts';

const input = new Uint8Array(10);

describe('LengthReader', () => {
  it('takes its length and no more', () => {
    const reader = new LengthReader(5);
    const offsets: number[] = [];
    expect(reader.read(input, 2, 5, offsets)).toBe(5);
    expect(reader.done).toBe(false);
    expect(reader.read(input, 1, 9, offsets)).toBe(3);
    expect(reader.done).toBe(true);
    expect(reader.read(input, 3, 9, offsets)).toBe(3);
    expect(offsets).toEqual([2, 5, 1, 3]);
    reader.finish();
    expect(reader.error).toBeNull();
    expect(reader.trailers).toBeNull();
  });

  it('fails when the bytes end early, and stays failed', () => {
    const reader = new LengthReader(5);
    reader.read(input, 0, 4, []);
    reader.finish();
    expect(reader.error).toMatchObject({ code: 'ERR_PROTOCOL', offset: 4, statusHint: 400 });
    expect(reader.error?.message).toContain('4 of 5');
    const { error } = reader;
    reader.finish();
    expect(reader.error).toBe(error);
    const offsets: number[] = [];
    expect(reader.read(input, 0, 4, offsets)).toBe(0);
    expect(offsets).toEqual([]);
  });
});
