import { describe, expect, it } from '@jest/globals';
import { tokens } from '../../lib/http1/tokens.ts';

describe('tokens', () => {
  it.each([
    [null, []],
    ['', []],
    [' , ,\t', []],
    ['A', ['a']],
    ['a ,\tB\t , c d', ['a', 'b', 'c d']],
    ['\u00a0a', ['\u00a0a']],
  ])('%j', (value, expected) => {
    expect(tokens(value)).toEqual(expected);
  });
});
