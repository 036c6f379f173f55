import { checkNumber } from '../errors/check-number.ts';
import { expiring } from './expiring.ts';
import type { Operator } from './operator.ts';
import type { TimedOptions } from './timer.ts';

/**
 * The whole body has to be read in time: wall clock from the making of the pipe, pauses of the consumer included. When
 * the time is over the source is cancelled, a pending read rejects, and without one the next read does. Length and
 * trailers are kept.
 *
 * @param due Milliseconds from the making of the pipe, or a Date.
 * @param options `clock`: where time comes from (the time left until a Date is taken from the runtime's).
 * @throws The stream errors with BodyTimeoutError (`ERR_DEADLINE`, `timeout`: the milliseconds there were), and the source
 *   is cancelled with it. At the call TypeError for what is neither, RangeError for NaN.
 * @see tower-http's `DeadlineBody`
 * @example
 * ```ts
 * import { bytes, deadline, pipe } from 'sluice';
 *
 * const endless = async function* () {
 *   for (;;) yield await new Promise<string>((resolve) => setTimeout(resolve, 1, 'tick'));
 * };
 * await bytes(pipe(endless, deadline(20))).catch((error) => console.log(error.name)); // TimeoutError
 * ```
 */
export function deadline<T = Uint8Array>(due: number | Date, options: TimedOptions = {}): Operator<T, T> {
  const at = due instanceof Date ? Number(due) : due;
  checkNumber(at, !Number.isNaN(at), 'a deadline', 'milliseconds or a Date');
  return (source) => {
    const left = at === due ? at : at - Date.now();
    return expiring(source, 'ERR_DEADLINE', Math.max(0, left), options);
  };
}
