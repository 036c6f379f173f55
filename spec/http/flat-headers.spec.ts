import { describe, expect, it } from '@jest/globals';
import { flatHeaders } from '../../lib/http/flat-headers.ts';

describe('flatHeaders', () => {
  it('joins the lines of a list, and keeps set-cookie fields apart', () => {
    const headers = flatHeaders(['a', '1', 'set-cookie', 'x', 'a', '2', 'set-cookie', 'y'], new Headers());
    expect([headers.get('a'), headers.getSetCookie()]).toEqual(['1, 2', ['x', 'y']]);
  });

  it('cookie fields are one, wherever they are, also where one is empty', () => {
    const get = (...fields: string[]): string | null => flatHeaders(fields, new Headers()).get('cookie');
    expect(get('cookie', 'a=1', 'b', '', 'cookie', 'c=3')).toBe('a=1; c=3');
    expect(get('cookie', '')).toBe('');
    expect(get('cookie', '', 'cookie', 'a=1')).toBe('; a=1');
    expect(get('b', '1')).toBeNull();
  });

  it('fills the Headers that it is given', () => {
    const headers = new Headers({ b: '1' });
    expect(flatHeaders([], headers)).toBe(headers);
    expect([...flatHeaders(['b', '2'], headers)]).toEqual([['b', '1, 2']]);
  });
});
