import { systemClock } from '../body/clock.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { breaker } from './breaker.ts';
import type { Operator } from './operator.ts';
import { checkTime, type TimedOptions } from './timer.ts';

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
  checkTime(ms, 'an idle timeout');
  const { clock = systemClock } = options;
  return (source) => {
    let timer: unknown;
    const stop = (): void => {
      if (timer !== undefined) clock.clearTimeout(timer);
      timer = undefined;
    };
    const fused = breaker(source, {
      waits() {
        timer ??= clock.setTimeout(() => fused.abort(new BodyTimeoutError('ERR_IDLE_TIMEOUT', ms)), ms);
      },
      after: stop,
      over: stop,
    });
    return fused;
  };
}
