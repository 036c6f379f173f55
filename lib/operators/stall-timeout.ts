import { expiring } from './expiring.ts';
import type { Operator } from './operator.ts';
import { checkTimeout, type TimedOptions } from './timer.ts';

/**
 * Fails when more than `ms` of wall clock pass between two chunks (or between the making of the pipe and the first one),
 * whoever is slow: the source, or a consumer that does not read. It fails then and there: the source is cancelled, a
 * pending read rejects, and without one the next read does. Length and trailers are kept.
 *
 * @param ms Milliseconds, above 0.
 * @param options `clock`: where time comes from.
 * @throws The stream errors with BodyTimeoutError (`ERR_STALL_TIMEOUT`), and the source is cancelled with it. At the call
 *   TypeError or RangeError for a time out of range.
 * @example
 * ```ts
 * import { pipe, stallTimeout } from 'sluice';
 *
 * const reader = pipe(['a', 'b'], stallTimeout(10)).getReader();
 * await reader.read();
 * await new Promise((resolve) => setTimeout(resolve, 50)); // a consumer that does not read
 * await reader.read().catch((error) => console.log(error.code)); // ERR_STALL_TIMEOUT
 * ```
 */
export function stallTimeout<T = Uint8Array>(ms: number, options: TimedOptions = {}): Operator<T, T> {
  checkTimeout(ms);
  return (source) => expiring(source, 'ERR_STALL_TIMEOUT', ms, options);
}
