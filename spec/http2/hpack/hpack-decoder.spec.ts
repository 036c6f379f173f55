import { describe, expect, it } from '@jest/globals';
import { type Header, HpackDecoder, HpackEncoder } from '../../../lib/http2/mod.ts';

const LIMITS = { maxBytes: 65_536, maxCount: 1000, hardBytes: 262_144 };
const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/\s/g, '').match(/../g) ?? [], (h) => Number.parseInt(h, 16));
const R1: Header[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];
const R2: Header[] = [...R1, ['cache-control', 'no-cache']];
const R3: Header[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  [':authority', 'www.example.com'],
  ['custom-key', 'custom-value'],
];
const date = 'Mon, 21 Oct 2013 20:13:21 GMT';
const S1: Header[] = [
  [':status', '302'],
  ['cache-control', 'private'],
  ['date', date],
  ['location', 'https://www.example.com'],
];
const S2: Header[] = [[':status', '307'], ...S1.slice(1)];
const S3: Header[] = [
  [':status', '200'],
  ['cache-control', 'private'],
  ['date', date.replace(':21 ', ':22 ')],
  ['location', 'https://www.example.com'],
  ['content-encoding', 'gzip'],
  ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
];

describe('HpackDecoder', () => {
  it.each<[string, number, [string, Header[]][]]>([
    [
      'C.2.1',
      4096,
      [
        [
          '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
          [['custom-key', 'custom-header']],
        ],
      ],
    ],
    ['C.2.2', 4096, [['040c 2f73 616d 706c 652f 7061 7468', [[':path', '/sample/path']]]]],
    ['C.2.3', 4096, [['1008 7061 7373 776f 7264 0673 6563 7265 74', [['password', 'secret']]]]],
    [
      'C.3',
      4096,
      [
        ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', R1],
        ['8286 84be 5808 6e6f 2d63 6163 6865', R2],
        ['8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65', R3],
      ],
    ],
    [
      'C.4',
      4096,
      [
        ['8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', R1],
        ['8286 84be 5886 a8eb 1064 9cbf', R2],
        ['8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf', R3],
      ],
    ],
    [
      'C.6',
      256,
      [
        [
          '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
          S1,
        ],
        ['4883 640e ffc1 c0bf', S2],
        [
          '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
          S3,
        ],
      ],
    ],
  ])('reads RFC 7541 %s', (_, size, blocks) => {
    const decoder = new HpackDecoder(size);
    for (const [bytes, fields] of blocks) expect(decoder.decode(hex(bytes), LIMITS).fields).toEqual(fields);
  });

  it('counts the crumbs of a cookie as no fields: as many as a browser has', () => {
    const crumbs = Array.from({ length: 180 }, (_, i): [string, string] => ['cookie', `c${i}=1`]);
    const block = new HpackEncoder().encode([[':method', 'GET'], ...crumbs]);
    expect(new HpackDecoder().decode(block, { ...LIMITS, maxCount: 1 })).toMatchObject({
      fields: { length: 181 },
      overflow: false,
    });
  });

  it('drops fields over the limits and says so', () => {
    const block = hex('82 82 82');
    expect(new HpackDecoder().decode(block, { ...LIMITS, maxCount: 2 })).toEqual({
      fields: [
        [':method', 'GET'],
        [':method', 'GET'],
      ],
      overflow: true,
    });
    expect(new HpackDecoder().decode(block, { ...LIMITS, maxBytes: 42 })).toEqual({
      fields: [[':method', 'GET']],
      overflow: true,
    });
    expect(() => new HpackDecoder().decode(block, { ...LIMITS, hardBytes: 100 })).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL', errorCode: 11 }),
    );
  });

  it.each([
    ['8220', 'a late size update'],
    ['3fe21f', 'a size update over the setting'],
    ['80', 'index 0'],
    ['be', 'an index past the tables'],
    ['7e', 'a name past the tables'],
    ['ff', 'an integer cut off'],
    ['ffffffffff00', 'an integer of five octets more'],
    ['ff8080808001', 'an integer past 2^28'],
    ['3f8080808010', 'an integer that would be 31 without its upper bits'],
    ['40', 'no name'],
    ['4001', 'a name cut off'],
    ['400161', 'no value'],
    ['40016102', 'a value cut off'],
    ['4001610262', 'a value cut short'],
  ])('refuses %s: %s', (bytes) => {
    expect(() => new HpackDecoder().decode(hex(bytes), LIMITS)).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL', errorCode: 9, scope: 'connection' }),
    );
  });

  it('asks for a size update once our setting has shrunk', () => {
    const decoder = new HpackDecoder();
    decoder.setMaxTableSize(100);
    expect(() => decoder.decode(hex('82'), LIMITS)).toThrow(expect.objectContaining({ errorCode: 9 }));
    expect(decoder.decode(hex('3f45 82'), LIMITS).fields).toHaveLength(1);
  });
});
