import { systemClock } from '../body/clock.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { breaker } from './breaker.ts';
import type { Operator } from './operator.ts';
import { checkTime, type TimedOptions } from './timer.ts';

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
  checkTime(ms, 'a stall timeout');
  const { clock = systemClock } = options;
  return (source) => {
    let last = clock.now();
    let timer: unknown;
    // One timer over many chunks: when it is due it looks how long ago the last one came.
    const check = (): void => {
      const left = last + ms - clock.now();
      if (left > 0) timer = clock.setTimeout(check, left);
      else fused.abort(new BodyTimeoutError('ERR_STALL_TIMEOUT', ms));
    };
    const fused = breaker(source, {
      // A loop that never lets timers run is late all the same.
      before() {
        if (clock.now() - last > ms) check();
      },
      after() {
        last = clock.now();
      },
      over: () => clock.clearTimeout(timer),
    });
    timer = clock.setTimeout(check, ms);
    return fused;
  };
}
