import { cannot } from '../errors/cannot.ts';

/** Throws unless `value` is a whole number of bytes from `min` on: TypeError for what is no number, else RangeError. */
export function checkBytes(value: number, name: string, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw cannot(
    `use ${name}`,
    `it must be whole bytes from ${min} on`,
    value,
    typeof value === 'number' ? RangeError : TypeError,
  );
}
