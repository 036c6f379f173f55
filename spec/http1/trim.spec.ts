import { describe, expect, it } from '@jest/globals';
import { trim } from '../../lib/http1/trim.ts';

describe('trim', () => {
  it.each([
    ['', ''],
    [' \t ', ''],
    ['a', 'a'],
    ['\t a b \t', 'a b'],
    ['\u00a0a\v', '\u00a0a\v'],
  ])('%j', (text, expected) => {
    expect(trim(text)).toBe(expected);
    expect(trim(`x${text}x`, 1, text.length + 1)).toBe(expected);
  });
});
