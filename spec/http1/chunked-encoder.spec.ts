import { describe, expect, it } from '@jest/globals';
import { latin1 } from '../../lib/bytes/latin1.ts';
import { ChunkedEncoder } from '../../lib/http1/chunked-encoder.ts';
import { toBytes } from './outcome.ts';

const text = latin1;

describe('ChunkedEncoder', () => {
  it('frames a chunk without copying it', () => {
    const chunk = toBytes('x'.repeat(26));
    const pieces = new ChunkedEncoder().encode(chunk);
    expect(pieces.map(text)).toEqual(['1a\r\n', 'x'.repeat(26), '\r\n']);
    expect(pieces[1]).toBe(chunk);
  });

  it('writes nothing for an empty chunk', () => {
    expect(new ChunkedEncoder().encode(new Uint8Array())).toEqual([]);
  });

  it('ends with and without trailers, forbidden ones dropped', () => {
    expect(text(new ChunkedEncoder().end())).toBe('0\r\n\r\n');
    expect(text(new ChunkedEncoder().end(['X-A', 'b', 'Content-Length', '5', 'c', '\xe9']))).toBe(
      '0\r\nX-A: b\r\nc: \xe9\r\n\r\n',
    );
  });

  it.each([['a\r\nb: c'], ['a\0'], ['a\n'], ['\x7f'], ['\u0100']])(
    'refuses the trailer value %j',
    (value) => {
      const encoder = new ChunkedEncoder();
      expect(() => encoder.end(['a', value])).toThrow(TypeError);
      expect(text(encoder.end())).toBe('0\r\n\r\n');
    },
  );

  it.each([[''], ['a b'], ['a:'], ['a\r\n'], ['\xe9']])('refuses the trailer name %j', (name) => {
    expect(() => new ChunkedEncoder().end([name, 'a'])).toThrow(TypeError);
  });

  it('refuses a name without a value', () => {
    expect(() => new ChunkedEncoder().end(['a', 'b', 'c'])).toThrow(TypeError);
  });

  it('refuses anything after the end', () => {
    const encoder = new ChunkedEncoder();
    encoder.end();
    expect(() => encoder.encode(toBytes('a'))).toThrow(TypeError);
    expect(() => encoder.end()).toThrow(TypeError);
  });

  it.each([[0], [-1], [1.5], [Number.NaN], [2 ** 53]])('refuses a size line of %d', (size) => {
    expect(() => new ChunkedEncoder().sizeLine(size)).toThrow(RangeError);
  });
});
