import type { Clock } from '../body/clock.ts';
import { cannot } from '../errors/cannot.ts';

export interface TimedOptions {
  /** Where time comes from. Default: the runtime. */
  clock?: Clock | undefined;
}

/** The longest that `setTimeout` can wait, in milliseconds: what is longer would fire at once. */
export const longest: number = 2 ** 31 - 1;

/** Throws unless `ms` is a number, and `valid`: TypeError for what is no number, else RangeError. */
export function checkTime(ms: unknown, valid: boolean, name: string, must: string): void {
  const Kind = typeof ms === 'number' ? RangeError : TypeError;
  if (!valid || Kind === TypeError) throw cannot(`use ${name}`, `it must be ${must}`, ms, Kind);
}

/** Throws unless `ms` is a time above 0 that `setTimeout` can wait. */
export function checkTimeout(ms: number): void {
  checkTime(ms, ms > 0 && ms <= longest, 'a timeout', `above 0 and at most ${longest} milliseconds`);
}
