import type { Clock } from '../body/clock.ts';
import { checkNumber } from '../errors/check-number.ts';

export interface TimedOptions {
  /** Where time comes from. Default: the runtime. */
  clock?: Clock | undefined;
}

/** The longest that `setTimeout` can wait, in milliseconds: what is longer would fire at once. */
export const longest: number = 2 ** 31 - 1;

/** Throws unless `ms` is a time above 0 that `setTimeout` can wait. */
export function checkTimeout(ms: number): void {
  checkNumber(ms, ms > 0 && ms <= longest, 'a timeout', `above 0 and at most ${longest} milliseconds`);
}
