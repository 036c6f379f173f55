import type { BodySource } from '../body/body-source.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { isPromise } from '../body/is-promise.ts';
import { asBytes } from './as-bytes.ts';
import { keepPull } from './keep.ts';
import type { Operator, Pulled } from './operator.ts';

export type RechunkOptions =
  /** Every chunk but the last one has `size` bytes. */
  | { size: number; min?: undefined; max?: undefined }
  /** Every chunk but the last one has at least `min` bytes (default 1), and none more than `max` (default: no limit). */
  | { size?: undefined; min?: number | undefined; max?: number | undefined };

/**
 * Gives the bytes in chunks of another size. It holds less than `size` (or `min`) bytes besides the chunk in hand. Parts of
 * a chunk are views of it; what has to be joined is copied once. Length and trailers are kept.
 *
 * @param options `size`, or `min` and `max`, in bytes from 1 on.
 * @throws TypeError or RangeError at the call for sizes out of range.
 * @example
 * ```ts
 * import { iterate, pipe, rechunk } from 'sluice';
 *
 * const sizes: number[] = [];
 * for await (const chunk of iterate(pipe(['abc', 'defgh'], rechunk({ size: 3 })))) sizes.push(chunk.length);
 * console.log(sizes); // [ 3, 3, 2 ]
 * ```
 */
export function rechunk(options: RechunkOptions): Operator<Uint8Array, Uint8Array> {
  const { size, min = size ?? 1, max = size ?? Number.MAX_SAFE_INTEGER } = options;
  checkBytes(min, size === undefined ? 'min' : 'size', 1);
  checkBytes(max, 'max', min);
  return (from) => resize(asBytes(from, 'rechunk'), min, max);
}

function resize(source: BodySource, min: number, max: number): BodySource {
  const none: Uint8Array = new Uint8Array(0);
  /** The start of a chunk to be: fewer than `min` bytes, copied. */
  let start = none;
  let filled = 0;
  /** What is left of the chunk in hand. */
  let rest = none;
  let ended = false;

  const put = (part: Uint8Array): void => {
    if (start.byteLength < min) {
      const room = Math.min(min, Math.max(2 * start.byteLength, filled + part.byteLength));
      if (room > start.byteLength) {
        const grown = new Uint8Array(room);
        grown.set(start.subarray(0, filled));
        start = grown;
      }
    }
    start.set(part, filled);
    filled += part.byteLength;
  };
  /** A whole chunk, where there is one. */
  const take = (): Uint8Array | undefined => {
    const length = Math.min(filled + rest.byteLength, max);
    if (length < min) {
      if (rest.byteLength) put(rest);
      rest = none;
      return undefined;
    }
    const part = rest.subarray(0, length - filled);
    rest = rest.subarray(part.byteLength);
    return filled ? joined(part) : part;
  };
  const joined = (part: Uint8Array): Uint8Array => {
    const length = filled + part.byteLength;
    let whole = start;
    if (length === min) put(part);
    else {
      whole = new Uint8Array(length);
      whole.set(start.subarray(0, filled));
      whole.set(part, filled);
    }
    whole = length === min ? start : whole;
    start = none;
    filled = 0;
    return whole;
  };
  const next = (chunk: Uint8Array | null): Uint8Array | null | undefined => {
    if (chunk) rest = chunk;
    else {
      ended = true;
      return filled ? joined(none) : null;
    }
    return take();
  };
  const pull = (demand: number): Pulled<Uint8Array> => {
    if (rest.byteLength) {
      const whole = take();
      if (whole) return whole;
    }
    while (!ended) {
      const pulled = source.pull(Math.max(demand, min - filled));
      if (isPromise<Uint8Array | null>(pulled))
        return pulled.then((chunk) => {
          const whole = next(chunk);
          return whole === undefined ? (cancelled ? null : pull(demand)) : whole;
        });
      const whole = next(pulled);
      if (whole !== undefined) return whole;
    }
    return null;
  };
  let cancelled = false;
  return keepPull(source, pull, () => {
    cancelled = true;
    rest = start = none;
    filled = 0;
  });
}
