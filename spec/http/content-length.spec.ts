import { describe, expect, it } from '@jest/globals';
import { contentLength } from '../../lib/http/content-length.ts';

describe('contentLength', () => {
  it.each([
    ['0', 0],
    ['007', 7],
    ['9007199254740991', 9_007_199_254_740_991],
  ])('%s', (value, length) => expect(contentLength(value)).toBe(length));

  it.each(['', '+1', '-1', '1.0', '1e3', '0x10', ' 1', '1 ', '1, 1', '9007199254740992', '١'])(
    'refuses %j',
    (value) => {
      expect(() => contentLength(value)).toThrow(TypeError);
    },
  );

  it('is the same where it is known, or said twice', () => {
    expect(contentLength('3', 3)).toBe(3);
    expect(() => contentLength('3', 2)).toThrow(TypeError);
    expect(() => contentLength('3', 0)).toThrow(TypeError);
  });
});
