import { cannot } from '../errors/cannot.ts';

/** Throws unless `value` is a whole number (of bytes, most often) from `min` to `max`: TypeError for what is no number, else RangeError. */
export function checkBytes(value: number, name: string, min = 0, max?: number): number {
  if (Number.isSafeInteger(value) && value >= min && !(value > (max as number))) return value;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  const to = max === undefined ? '' : ` to ${max}`;
  throw cannot(`use ${name}`, `it must be a whole number from ${min}${to}`, value, Kind);
}
