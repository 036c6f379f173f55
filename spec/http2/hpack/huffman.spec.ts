import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HUFFMAN_CODE } from '../../../lib/http2/hpack/huffman-code.ts';
import { huffmanDecode } from '../../../lib/http2/hpack/huffman-decode.ts';
import { huffmanEncode } from '../../../lib/http2/hpack/huffman-encode.ts';
import { huffmanLength } from '../../../lib/http2/hpack/huffman-length.ts';

const code = (text: string): Uint8Array => {
  const target = new Uint8Array(huffmanLength(text) + 1).fill(0xa5);
  expect(huffmanEncode(text, target, 0)).toBe(target.byteLength - 1);
  expect(target.at(-1)).toBe(0xa5);
  return target.subarray(0, -1);
};
const read = (bytes: Uint8Array): string => String.fromCharCode(...huffmanDecode(bytes));
const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (h) => Number.parseInt(h, 16));

describe('the Huffman code of RFC 7541', () => {
  it('is complete: the codes of all symbols fill the space', () => {
    let sum = 0;
    for (const length of HUFFMAN_CODE.lengths) sum += 2 ** -length;
    expect([HUFFMAN_CODE.lengths.length, sum]).toEqual([257, 1]);
    expect([HUFFMAN_CODE.codes[0x30], HUFFMAN_CODE.codes[0x61], HUFFMAN_CODE.codes[256]]).toEqual([
      0, 3, 0x3fffffff,
    ]);
  });

  it('has the codes of appendix B', () => {
    const codes = {
      137: '7fffda',
      142: 'ffffeb',
      143: '7fffdf',
      144: 'ffffec',
      145: 'ffffed',
      146: '3fffd7',
      147: '7fffe0',
      199: '1ffffec',
      220: 'ffffffd',
      249: 'ffffffe',
      255: '3ffffee',
    };
    for (const [octet, code] of Object.entries(codes))
      expect(HUFFMAN_CODE.codes[Number(octet)]?.toString(16)).toBe(code);
  });

  it.each([
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-key', '25a849e95ba97d7f'],
    ['custom-value', '25a849e95bb8e8b4bf'],
    ['302', '6402'],
    ['307', '640eff'],
    ['private', 'aec3771a4b'],
    ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
    ['https://www.example.com', '9d29ad171863c78f0b97c8e9ae82ae43d3'],
    ['gzip', '9bd9ab'],
    [
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
      '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
    ],
  ])('writes and reads appendix C: %s', (text, bytes) => {
    expect([...code(text)]).toEqual([...hex(bytes)]);
    expect(read(hex(bytes))).toBe(text);
  });

  it('writes and reads every octet, at every bit offset', () => {
    for (let octet = 0; octet < 256; octet++)
      for (const before of ['', '0', '00', '000', 'A', '0A', 'AA', 'A0A'])
        for (const after of ['', 'a', '\xff']) {
          const text = `${before}${String.fromCharCode(octet)}${after}`;
          expect(read(code(text))).toBe(text);
        }
  });

  it('takes nothing else than what is written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let text: string;
        try {
          text = read(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_PROTOCOL', errorCode: 9, scope: 'connection' });
          return;
        }
        expect([...code(text)]).toEqual([...bytes]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([['ff'], ['1fff'], ['18'], ['07ff'], ['ffffffff'], ['fffffffc'], ['3fffffff'], ['00']])(
    'refuses %s: padding of eight bits or of zeros, EOS',
    (bytes) => {
      if (bytes === '00') expect(() => read(hex(bytes))).toThrow();
      else expect(() => read(hex(bytes))).toThrow(expect.objectContaining({ errorCode: 9 }));
    },
  );
});
