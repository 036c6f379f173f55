import { cannot } from '../errors/cannot.ts';

/** Throws unless `value` is a whole number (of bytes, most often) from `min` to `max`: TypeError for what is no number, else RangeError. */
export function checkBytes(
  value: number,
  name: string,
  min = 0,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw cannot(
    `use ${name}`,
    `it must be a whole number from ${min} to ${max}`,
    value,
    typeof value === 'number' ? RangeError : TypeError,
  );
}
