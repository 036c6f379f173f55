import { BodyCore } from '../body/body-core.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import { asBytes } from './as-bytes.ts';
import type { Operator } from './operator.ts';
import { refuse } from './refuse.ts';

/**
 * Exactly `n` bytes, which is then the declared length of the stream. Trailers are kept.
 *
 * @param n Bytes.
 * @throws The stream errors with LengthMismatchError (`ERR_LENGTH_MISMATCH`): before any pull when another length was
 *   declared, at the end when bytes lack, and with the chunk that is too much; the source is cancelled with it. At the
 *   call TypeError or RangeError for a length out of range.
 * @example
 * ```ts
 * import { bytes, fixedLength, pipe } from 'sluice';
 *
 * const stream = pipe(['ab', 'cd'], fixedLength(4));
 * console.log(stream.byteLength, (await bytes(stream)).length); // 4 4
 * ```
 */
export function fixedLength(n: number): Operator<Uint8Array, Uint8Array> {
  checkBytes(n, 'a length');
  return (from) => {
    const source = asBytes(from, 'fixedLength');
    const declared = source.byteLength ?? n;
    return declared === n
      ? new BodyCore(source, { byteLength: n })
      : refuse(source, new LengthMismatchError(n, declared), n);
  };
}
