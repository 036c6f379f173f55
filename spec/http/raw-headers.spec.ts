import { describe, expect, it } from '@jest/globals';
import { flatHeaders } from '../../lib/http/flat-headers.ts';
import { rawHeaders } from '../../lib/http/raw-headers.ts';

const list = (headers: Headers) => [...headers];

describe('rawHeaders', () => {
  it('takes names of any case, and leaves out those of HTTP/2 that are no fields', () => {
    const raw = [':method', 'GET', 'Host', 'a', 'X-A', '1', ':path', '/', 'x-a', '2'];
    expect(list(rawHeaders(raw, new Headers()))).toEqual([
      ['host', 'a'],
      ['x-a', '1, 2'],
    ]);
  });

  it('several cookie fields are one, of any case; set-cookie fields stay apart', () => {
    const headers = rawHeaders(
      ['Cookie', 'a=1', 'cookie', 'b=2', 'Set-Cookie', 'c=3', 'set-cookie', 'd=4'],
      new Headers(),
    );
    expect(headers.get('cookie')).toBe('a=1; b=2');
    expect(headers.getSetCookie()).toEqual(['c=3', 'd=4']);
  });

  it('nothing of nothing', () => {
    expect(list(rawHeaders([], new Headers()))).toEqual([]);
  });
});

describe('flatHeaders', () => {
  it('joins crumbs with "; " (RFC 9113 section 8.2.3), and lines of a list with ", "', () => {
    const fields = ['cookie', 'a', 'accept', 'x', 'cookie', 'b', 'accept', 'y', 'cookie', ''];
    expect(list(flatHeaders(fields, new Headers()))).toEqual([
      ['accept', 'x, y'],
      ['cookie', 'a; b;'],
    ]);
  });
});
