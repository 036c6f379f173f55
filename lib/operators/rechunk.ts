import type { BodySource } from '../body/body-source.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { isPromise } from '../body/is-promise.ts';
import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { asBytes } from './as-bytes.ts';
import { convert, more, type Output } from './convert.ts';
import { keep } from './keep.ts';
import type { Operator } from './operator.ts';

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
export function rechunk(options: RechunkOptions = {}): Operator<Uint8Array, Uint8Array> {
  const { size, min = size ?? 1, max = size ?? Number.MAX_SAFE_INTEGER } = options;
  checkBytes(min, size === undefined ? 'min' : 'size', 1);
  checkBytes(max, 'max', min);
  return (source) => resize(asBytes(source, 'rechunk'), min, max);
}

function resize(source: BodySource, min: number, max: number): BodySource {
  /** What is too small for a chunk, and what is left of the source's chunk. */
  const start = new ByteBuffer(min);
  let rest: Uint8Array = new Uint8Array(0);
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  /** What is held comes before what the source fails with. */
  const fail = (error: unknown): null => {
    failure = { error };
    return null;
  };
  const calm = keep(source, {
    pull(demand, view, wake) {
      try {
        const given = source.pull(demand, view, wake);
        return isPromise(given) ? given.then((chunk) => chunk, fail) : given;
      } catch (error) {
        return fail(error);
      }
    },
  });
  const next = (): Output<Uint8Array> => {
    if (failure && !start.byteLength && !rest.byteLength) throw failure.error;
    const length = Math.min(start.byteLength + rest.byteLength, max);
    const enough = length >= min || (ended && length > 0);
    const part = enough ? rest.subarray(0, length - start.byteLength) : rest;
    rest = rest.subarray(part.byteLength);
    if (enough && !start.byteLength) return part;
    start.append(part);
    return enough ? start.take() : more;
  };
  return convert<Uint8Array, Uint8Array>(
    calm,
    (chunk) => {
      ended = chunk === null;
      rest = chunk ?? rest;
      return next();
    },
    { byteLength: source.byteLength, rest: next },
  );
}
