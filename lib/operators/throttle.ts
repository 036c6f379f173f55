import { BodyCore } from '../body/body-core.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { systemClock } from '../body/clock.ts';
import { ignore } from '../body/ignore.ts';
import { later } from '../body/later.ts';
import { sizeOf } from '../body/size-of.ts';
import { asBytes } from './as-bytes.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';
import type { Operator } from './operator.ts';
import { longest, type TimedOptions } from './timer.ts';

export interface ThrottleOptions extends TimedOptions {
  bytesPerSecond: number;
  /** The most bytes that may pass at once after a pause. Default: `bytesPerSecond`, what one second lets through. */
  burst?: number | undefined;
}

/**
 * Holds a body to a rate, by not pulling: a token bucket that starts full. A pull waits until the bucket is no longer
 * empty; a chunk that is larger than what is in it leaves a debt, which the next pull waits out. Length and trailers are
 * kept.
 *
 * @param options `bytesPerSecond`, `burst` in bytes (both from 1 on), `clock`.
 * @throws TypeError or RangeError at the call for a rate out of range.
 * @see https://en.wikipedia.org/wiki/Token_bucket
 * @example
 * ```ts
 * import { bytes, pipe, throttle } from 'sluice';
 *
 * const start = Date.now();
 * await bytes(pipe(['a'.repeat(100), 'b'.repeat(100)], throttle({ bytesPerSecond: 1000, burst: 1 })));
 * console.log(Date.now() - start >= 90); // true
 * ```
 */
export function throttle(options: ThrottleOptions = {} as ThrottleOptions): Operator<Uint8Array, Uint8Array> {
  const { bytesPerSecond, burst = bytesPerSecond, clock = systemClock } = options;
  checkBytes(bytesPerSecond, 'bytesPerSecond', 1);
  checkBytes(burst, 'burst', 1);
  return (from) => {
    const source = asBytes(from, 'throttle');
    let tokens = burst;
    let filled = clock.now();
    let timer: unknown;
    const spend = (chunk: Uint8Array | null): Uint8Array | null => {
      tokens -= sizeOf(chunk);
      return chunk;
    };
    const refill = (): boolean => {
      const now = clock.now();
      tokens = Math.min(burst, tokens + ((now - filled) * bytesPerSecond) / 1000);
      filled = now;
      return tokens >= 1;
    };
    const hold = (go: () => void): void => {
      const ms = Math.min(longest, Math.ceil(((1 - tokens) * 1000) / bytesPerSecond));
      timer = clock.setTimeout(() => (refill() ? go() : hold(go)), ms);
    };
    const held = keep(source, {
      // A core always says how it is woken.
      pull(demand, view, wake = ignore) {
        if (refill()) return chain(source.pull(demand, view, wake), spend);
        hold(wake);
        return later;
      },
      cancel(reason) {
        clock.clearTimeout(timer);
        return source.cancel?.(reason);
      },
    });
    return new BodyCore(held);
  };
}
