import { describe, expect, it } from '@jest/globals';
import { type Header, HpackDecoder } from '../../../lib/http2/mod.ts';

const LIMITS = { maxBytes: 65_536, maxCount: 100, hardBytes: 65_536 };
const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (h) => Number.parseInt(h, 16));

/** Field blocks of one loopback session of node:http2 in Node 20.20.2 (nghttp2 1.61.0), each way in order. */
const REQUESTS = [
  '848241892f91d35d055d25427f86',
  '0485607fe4701382be867a83a8f21753032a2f2a1f11861c01fb523805',
  '8482c0861f088dba51d85b141c645e42cabcd39b4085f2b507aa6fb5f7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf7efdfbf',
  '0485607fe4701382c186c0bf1f11861c01fb523805',
];
const RESPONSES = [
  '3fe11f885f92497ca589d34d1f6a1271d882a60b532acf7f6196d07abe94132a693f75040138a0457000b800298b46ff7685aa69d29ac54085f2b10f6d4901310f28891c01fb5358d33c0c7f0f289b4150831ea8001132d36e3af3e38c921650044cfda98d29af55547a',
  '8d5f8b1d75d0620d263d4c7441ea6196d07abe94132a693f75040138a0457000b800a98b46ff5886a8eb2127b0bf4086f2b5b4d03b53056772fcdf65',
  '88c5c4c37f0301330f28891c01fb5358d33c0c7f0f289b4150831ea8001132d36e3af3e38c921650044cfda98d29af55547a',
  '8dc2c1c0bf',
];
const base = (path: string): Header[] => [
  [':path', path],
  [':method', 'GET'],
  [':authority', 'example.test'],
  [':scheme', 'http'],
];
const again: Header[] = [
  ...base('/a?b=c'),
  ['user-agent', 'node'],
  ['accept', '*/*'],
  ['cookie', 'a=1'],
  ['cookie', 'b=2'],
];
const page = (count: string): Header[] => [
  [':status', '200'],
  ['content-type', 'text/html; charset=utf-8'],
  ['date', 'Mon, 23 Nov 2026 12:00:00 GMT'],
  ['server', 'nghttp2'],
  ['x-count', count],
  ['set-cookie', 'a=1; Path=/'],
  ['set-cookie', 'session=0123456789abcdef0123; HttpOnly'],
];
const missing: Header[] = [
  [':status', '404'],
  ['content-type', 'application/json'],
  ['date', 'Mon, 23 Nov 2026 12:00:01 GMT'],
  ['cache-control', 'no-store'],
  ['x-umlaut', 'grüße'],
];

describe('HpackDecoder with the blocks of another implementation', () => {
  it.each([
    [
      'requests',
      REQUESTS,
      [
        base('/'),
        again,
        [...base('/'), ['authorization', 'Bearer abc.def.ghi'], ['x-long', 'z'.repeat(60)]],
        again,
      ],
    ],
    ['responses', RESPONSES, [page('1'), missing, page('3'), missing]],
  ])('reads the %s of nghttp2', (_, blocks, wanted) => {
    const decoder = new HpackDecoder();
    const sorted = (fields: readonly Header[]): string[] => fields.map((field) => field.join(': ')).sort();
    const cookies = (fields: readonly Header[]): Header[] =>
      fields.flatMap(([name, value]) =>
        name === 'cookie' ? value.split('; ').map((crumb): Header => [name, crumb]) : [[name, value]],
      );
    expect(blocks.map((block) => sorted(cookies(decoder.decode(hex(block), LIMITS).fields)))).toEqual(
      wanted.map((fields) => sorted(fields as Header[])),
    );
  });
});
