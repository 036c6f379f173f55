import { cannot } from './cannot.ts';

/** Throws unless `value` is a number that `fits`: TypeError for what is no number, else RangeError. */
export function checkNumber(value: unknown, fits: boolean, name: string, must: string): void {
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  if (!fits || Kind === TypeError) throw cannot(`use ${name}`, `it must be ${must}`, value, Kind);
}
