import { afterEach, expect, it } from '@jest/globals';
import { dateField } from '../../lib/http/date-field.ts';

const { now } = Date;
afterEach(() => {
  Date.now = now;
});

it('dateField is an IMF-fixdate, of the second in which it is asked for', () => {
  const at = (ms: number): string => {
    Date.now = () => ms;
    return dateField();
  };
  // RFC 9110 section 5.6.7.
  const then = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(at(then)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  expect(at(then + 999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  expect(at(then + 1000)).toBe('Sun, 06 Nov 1994 08:49:38 GMT');
  // A clock that was set back.
  expect(at(then)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
});
