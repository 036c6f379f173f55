import { cannot } from '../errors/cannot.ts';

/** Throws unless `value` is a whole number (of bytes, most often) of at least `min`: TypeError for what is no number, else RangeError. */
export function checkBytes(value: number, name: string, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw cannot(`use ${name}`, `it must be a whole number from ${min}`, value, Kind);
}
