import { describe, expect, it } from '@jest/globals';
import { latin1 } from '../../lib/bytes/latin1.ts';
import { parseRequestHead } from '../../lib/http1/parse-request-head.ts';
import { writeRequestHead } from '../../lib/http1/write-request-head.ts';

const text = latin1;
const BAD_VALUES = ['a\r\nb: c', '\r', '\n', '\0', 'a\x01', '\x7f', '\u0100', '\u{1f600}'];
const BAD_TOKENS = ['', 'a b', 'a:', 'a\r\n', 'a\0', '\xe9', '(', 'a/b'];

describe('writeRequestHead', () => {
  it('writes a head', () => {
    expect(text(writeRequestHead({ method: 'GET', target: '/a', headers: ['Host', 'b', 'c', ''] }))).toBe(
      'GET /a HTTP/1.1\r\nHost: b\r\nc: \r\n\r\n',
    );
    expect(text(writeRequestHead({ method: 'GET', target: '*', headers: [], version: '1.0' }))).toBe(
      'GET * HTTP/1.0\r\n\r\n',
    );
  });

  it.each(BAD_TOKENS.map((token) => [token]))('refuses %j as a method and as a name', (token) => {
    expect(() => writeRequestHead({ method: token, target: '/', headers: [] })).toThrow(TypeError);
    expect(() => writeRequestHead({ method: 'GET', target: '/', headers: [token, 'a'] })).toThrow(TypeError);
  });

  it.each([...BAD_VALUES, '', 'a b', 'a\t', '\xe9'].map((value) => [value]))(
    'refuses %j as a target',
    (target) => {
      expect(() => writeRequestHead({ method: 'GET', target, headers: [] })).toThrow(TypeError);
    },
  );

  it.each(BAD_VALUES.map((value) => [value]))('refuses %j as a value', (value) => {
    expect(() => writeRequestHead({ method: 'GET', target: '/', headers: ['a', value] })).toThrow(TypeError);
  });

  it('refuses a name without a value', () => {
    expect(() => writeRequestHead({ method: 'GET', target: '/', headers: ['a'] })).toThrow(TypeError);
  });

  it('is read back', () => {
    const bytes = writeRequestHead({
      method: 'PUT',
      target: '/x?y',
      headers: ['host', 'a', 'b', '\x80\xff\t\xe9'],
    });
    expect(parseRequestHead(bytes)).toMatchObject({
      head: { method: 'PUT', target: '/x?y', headers: ['host', 'a', 'b', '\x80\xff\t\xe9'] },
      end: bytes.length,
    });
  });
});
