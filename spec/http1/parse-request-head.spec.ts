import { describe, expect, it } from '@jest/globals';
import { parseRequestHead } from '../../lib/http1/parse-request-head.ts';
import { toBytes } from './outcome.ts';

describe('parseRequestHead', () => {
  const bytes = toBytes('GET / HTTP/1.1\r\nHost: a\r\n\r\nbody');

  it('parses a head and tells where it ends', () => {
    expect(parseRequestHead(bytes)).toMatchObject({
      head: { method: 'GET', authority: 'a' },
      end: bytes.length - 4,
    });
  });

  it('is null while the head is not complete', () => {
    for (let end = 0; end < bytes.length - 4; end++)
      expect(parseRequestHead(bytes.subarray(0, end))).toBeNull();
  });

  it.each([
    [' ', 0],
    ['G(', 1],
    ['GET  ', 4],
    ['GET /\0', 5],
    ['GET / HTTQ', 9],
    ['GET / HTTP/1.1 ', 14],
    ['GET / HTTP/1.1\r\r', 15],
    ['GET / HTTP/1.1\r\n ', 16],
    ['GET / HTTP/1.1\r\n:', 16],
    ['GET / HTTP/1.1\r\nA ', 17],
    ['GET / HTTP/1.1\r\nA: \0', 19],
    ['\r\n\r\nG(', 5],
    ['\r\n\rG', 3],
  ])('says where %j is wrong', (text, offset) => {
    expect(() => parseRequestHead(toBytes(text))).toThrow(expect.objectContaining({ offset }));
  });

  it('throws the fault', () => {
    expect(() => parseRequestHead(toBytes('GET / HTTP/2.0\r\n'))).toThrow(
      expect.objectContaining({ statusHint: 505, offset: 14 }),
    );
    expect(() => parseRequestHead(toBytes('GET / HTTP/1.1\r\n\r\n'))).toThrow('Host');
    expect(() => parseRequestHead(bytes, { maxHeaderBytes: 20 })).toThrow(
      expect.objectContaining({ statusHint: 431, offset: 20 }),
    );
  });
});
