import { systemClock } from '../body/clock.ts';
import { sizeOf } from '../body/size-of.ts';
import { checkFunction } from '../errors/check-function.ts';
import { checkNumber } from '../errors/check-number.ts';
import { asBytes } from './as-bytes.ts';
import { chain } from './chain.ts';
import { convert, more } from './convert.ts';
import type { Operator } from './operator.ts';
import type { TimedOptions } from './timer.ts';

export interface Progress {
  /** So far. */
  readonly bytes: number;
  /** In all, where the length was declared: not for a body that the runtime has content-decoded. */
  readonly total: number | undefined;
  /** The mean since the first read; 0 as long as no time has passed. */
  readonly bytesPerSecond: number;
}

export interface ProgressOptions extends TimedOptions {
  /** The least milliseconds between two calls. Default 0: a call for each chunk. The end is always told. */
  interval?: number | undefined;
}

/**
 * Tells how far a body is, with each chunk that passes (at most once in `interval`) and at its end. Length and trailers
 * are kept.
 *
 * @param callback Called with `{ bytes, total, bytesPerSecond }`. What it throws fails the body; a promise is awaited.
 * @param options `interval` in milliseconds, `clock`.
 * @throws TypeError at the call when `callback` is no function or `interval` no number, RangeError for one out of range.
 * @example
 * ```ts
 * import { bytes, pipe, progress } from 'sluice';
 *
 * await bytes(pipe('12345', progress(({ bytes, total }) => console.log(bytes, total)))); // 5 5
 * ```
 */
export function progress(
  callback: (progress: Progress) => unknown,
  options: ProgressOptions = {},
): Operator<Uint8Array, Uint8Array> {
  checkFunction(callback, 'a progress callback');
  const { interval = 0, clock = systemClock } = options;
  checkNumber(interval, interval >= 0, 'interval', 'milliseconds from 0 on');
  return (from) => {
    const source = asBytes(from, 'progress');
    let bytes = 0;
    let told = -1;
    let start: number | undefined;
    let last = 0;
    return convert<Uint8Array, Uint8Array>(
      source,
      (given) => {
        bytes += sizeOf(given);
        const now = clock.now();
        if (given === null ? told === bytes : told >= 0 && now - last < interval) return given;
        last = now;
        told = bytes;
        const elapsed = now - (start ?? now);
        const bytesPerSecond = elapsed > 0 ? (bytes * 1000) / elapsed : 0;
        return chain<unknown, Uint8Array | null>(
          callback({ bytes, total: source.byteLength, bytesPerSecond }),
          () => given,
        );
      },
      {
        passes: true,
        rest() {
          start ??= clock.now();
          return more;
        },
      },
    );
  };
}
