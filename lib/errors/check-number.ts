import { check } from './check.ts';

/** Throws unless `value` is a number that `fits`: TypeError for what is no number, else RangeError. */
export function checkNumber(value: unknown, fits: boolean, name: string, must: string): void {
  const number = typeof value === 'number';
  check(number && fits, value, name, must, number ? RangeError : TypeError);
}
