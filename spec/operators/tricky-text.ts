import fc from 'fast-check';
import { utf8 } from './cuts.ts';

const texts = [
  '',
  '\n',
  '\r\n',
  '\r',
  '\n\n\n',
  'a',
  'a\n',
  'a\nb',
  'a\r\nb\r\n',
  'a\rb\n',
  'a\r\r\nb',
  'a\r',
  '\r\n\r\n',
  '😀\n😀',
  'é€😀\r\nß',
  '\uFEFFa\nb',
  '\uFEFF\n',
  '\uFEFF',
  '\uFEFF\uFEFFa',
  'a\n\uFEFFb\n',
  '\u2028\u0085\n',
];
const broken = [
  Uint8Array.of(0xff, 10, 0x61),
  Uint8Array.of(0xf0, 0x9f, 10, 0x98),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xef, 0xbb),
  Uint8Array.of(0xc3, 13, 10, 0xa9),
];

/** What decoders trip over, with a name for each. */
export const trickyInputs = [...texts.map(utf8), ...broken].map(
  (input) => [JSON.stringify(new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)), input] as const,
);

const byte = fc.constantFrom(10, 13, 0x61, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbb, 0xbf, 0xff);

/** Random bytes and where to cut them. */
export const randomCuts = fc
  .tuple(fc.array(byte, { maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(80)))
  .map(([b, a, at]) => {
    const input = Uint8Array.from([...b, ...a]);
    return { input, cuts: at.filter((n) => n <= input.byteLength).sort((x, y) => x - y) };
  });
