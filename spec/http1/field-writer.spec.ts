import { describe, expect, it } from '@jest/globals';
import { assertToken, assertValue, section } from '../../lib/http1/field-writer.ts';

describe('section', () => {
  it('writes a first line, the fields and the empty line', () => {
    expect(section('GET / HTTP/1.1', ['Host', 'a', 'b', ''])).toBe(
      'GET / HTTP/1.1\r\nHost: a\r\nb: \r\n\r\n',
    );
    expect(section('0', [])).toBe('0\r\n\r\n');
  });

  it('says which field is wrong, and shows what it can not write', () => {
    expect(() => section('x', ['a', 'b\r\nc'])).toThrow(
      'Cannot write a field value (a) as it must be printable and Latin-1: received "b\\r\\nc"',
    );
    expect(() => section('x', ['a b', 'c'])).toThrow(
      'Cannot write a field name as it must be a token: received "a b"',
    );
    expect(() => section('x', ['a', 'b', 'c'])).toThrow(/field value \(c\)/);
  });
});

describe('assertToken', () => {
  it('takes each tchar (RFC 9110 section 5.6.2), and no other character', () => {
    for (let code = 0; code < 0x180; code++) {
      const char = String.fromCharCode(code);
      const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(char);
      const check = () => assertToken(char, 'name');
      if (token) expect(check).not.toThrow();
      else expect(check).toThrow(TypeError);
    }
    for (const bad of ['', undefined, 'a\n', 'a b'])
      expect(() => assertToken(bad, 'name')).toThrow(TypeError);
  });
});

describe('assertValue', () => {
  it('takes field-vchar, obs-text, SP and HTAB (RFC 9110 section 5.5), and no other character', () => {
    for (let code = 0; code < 0x180; code++) {
      const char = String.fromCharCode(code);
      const fits = code === 9 || (code >= 0x20 && code !== 0x7f && code <= 0xff);
      const check = () => assertValue(char, 'value');
      if (fits) expect(check).not.toThrow();
      else expect(check).toThrow(TypeError);
    }
    expect(() => assertValue(undefined, 'value')).toThrow(TypeError);
    for (const good of ['', ' a ', '\t']) expect(() => assertValue(good, 'value')).not.toThrow();
  });
});
