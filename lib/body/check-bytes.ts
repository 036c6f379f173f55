import { checkNumber } from '../errors/check-number.ts';

/** Throws unless `value` is a whole number (of bytes, most often) from `min` on: TypeError for what is no number, else RangeError. */
export function checkBytes(value: number, name: string, min = 0): number {
  checkNumber(value, Number.isSafeInteger(value) && value >= min, name, `a whole number from ${min}`);
  return value;
}
