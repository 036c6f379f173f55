import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { latin1 } from '../../lib/bytes/latin1.ts';

describe('latin1', () => {
  it('has one character for each byte, those that windows-1252 has elsewhere too', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect([...latin1(all)].map((char) => char.codePointAt(0))).toEqual([...all]);
  });

  it.each([0, 1, 127, 128, 129, 4095, 4096, 4097, 8192, 100_000])('of %i bytes', (length) => {
    for (const byte of [0x61, 0x80, 0xff]) {
      const bytes = new Uint8Array(length).fill(0x61);
      if (length) bytes[length - 1] = byte;
      expect(latin1(bytes) === Buffer.from(bytes).toString('latin1')).toBe(true);
    }
  });

  it('of any bytes, and of a part of memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(10), (bytes, from) => {
        const part = bytes.subarray(Math.min(from, bytes.length));
        expect(latin1(part)).toBe(Buffer.from(part).toString('latin1'));
      }),
    );
  });

  it('keeps a byte order mark of UTF-8: it is text of Latin-1', () => {
    expect(latin1(Uint8Array.of(0xef, 0xbb, 0xbf))).toBe('ï»¿');
    expect(latin1(new Uint8Array(200).fill(0x61)).length).toBe(200);
  });
});
