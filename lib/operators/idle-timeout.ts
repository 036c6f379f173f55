import { expiring } from './expiring.ts';
import type { Operator } from './operator.ts';
import { checkTimeout, type TimedOptions } from './timer.ts';

/**
 * Fails when one pending read waits longer than `ms` for the source. A slow consumer never trips it: time in which nobody
 * reads does not count. Length and trailers are kept.
 *
 * @param ms Milliseconds, above 0.
 * @param options `clock`: where time comes from.
 * @throws The stream errors with BodyTimeoutError (`ERR_IDLE_TIMEOUT`), and the source is cancelled with it. At the call
 *   TypeError or RangeError for a time out of range.
 * @see tower-http's `TimeoutBody`
 * @example
 * ```ts
 * import { bytes, idleTimeout, pipe } from 'sluice';
 *
 * const silent = { pull: () => new Promise<Uint8Array>(() => {}) };
 * await bytes(pipe(silent, idleTimeout(10))).catch((error) => console.log(error.code)); // ERR_IDLE_TIMEOUT
 * ```
 */
export function idleTimeout<T = Uint8Array>(ms: number, options: TimedOptions = {}): Operator<T, T> {
  checkTimeout(ms);
  return (source) => expiring(source, 'ERR_IDLE_TIMEOUT', ms, options);
}
