import { describe, expect, it } from '@jest/globals';
import { latin1 } from '../../lib/bytes/latin1.ts';
import { encodeLatin1 } from '../../lib/http1/encode-latin1.ts';

const all = new Uint8Array([...Array(256).keys()]);

describe('latin1', () => {
  it('maps every byte one to one, 0x80 to 0x9f too', () => {
    const text = latin1(all);
    expect([...text].map((c) => c.charCodeAt(0))).toEqual([...all]);
  });

  it('decodes a part, short or long, ASCII or not', () => {
    for (const byte of [0x41, 0xe9]) {
      for (const length of [0, 1, 32, 33, 100, 4096, 4097, 20000]) {
        const bytes = new Uint8Array(length + 2).fill(byte);
        expect(latin1(bytes.subarray(1, length + 1))).toBe(String.fromCharCode(byte).repeat(length));
      }
    }
  });

  it('is undone by encodeLatin1', () => {
    expect(encodeLatin1(latin1(all))).toEqual(all);
    expect(encodeLatin1(latin1(all.subarray(0, 128)))).toEqual(all.subarray(0, 128));
    for (const byte of [0x41, 0xe9]) {
      const long = new Uint8Array(1000).fill(byte);
      expect(encodeLatin1(latin1(long))).toEqual(long);
    }
  });
});
