import { checkBytes } from '../body/check-bytes.ts';
import { sizeOf } from '../body/size-of.ts';
import { checkOneOf } from '../errors/check-one-of.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { asBytes } from './as-bytes.ts';
import { convert } from './convert.ts';
import type { Operator } from './operator.ts';
import { refuse } from './refuse.ts';
import { truncate } from './truncate.ts';

export interface LimitBytesOptions {
  /** `error` (default) fails the body; `truncate` ends it at the limit. */
  onExceed?: 'error' | 'truncate' | undefined;
}

/**
 * At most `n` bytes. A declared length over `n` errors before any pull; else the chunk that passes `n` is dropped whole.
 * With `truncate` the body ends at `n` bytes without another pull, and the source is cancelled. Length and trailers are
 * kept; what was truncated has no trailers.
 *
 * @param n Bytes.
 * @throws The stream errors with LimitExceededError (`ERR_LIMIT_EXCEEDED`), and the source is cancelled with it. At the
 *   call TypeError or RangeError for a limit or option out of range.
 * @see http-body-util's `Limited`
 * @example
 * ```ts
 * import { bytes, limitBytes, pipe } from 'sluice';
 *
 * await bytes(pipe('too long', limitBytes(3))).catch((error) => console.log(error.code)); // ERR_LIMIT_EXCEEDED
 * console.log((await bytes(pipe('too long', limitBytes(3, { onExceed: 'truncate' })))).length); // 3
 * ```
 */
export function limitBytes(n: number, options: LimitBytesOptions = {}): Operator<Uint8Array, Uint8Array> {
  checkBytes(n, 'a limit');
  const { onExceed = 'error' } = options;
  checkOneOf(onExceed, 'onExceed', ['error', 'truncate']);
  return (from) => {
    const source = asBytes(from, 'limitBytes');
    const { byteLength: declared = 0 } = source;
    if (onExceed === 'truncate')
      return declared <= n && source.byteLength !== undefined ? source : truncate(source, n);
    if (declared > n) return refuse(source, new LimitExceededError(n, declared), declared);
    let total = 0;
    return convert<Uint8Array, Uint8Array>(
      source,
      (chunk) => {
        total += sizeOf(chunk);
        if (total > n) throw new LimitExceededError(n, total);
        return chunk;
      },
      { passes: true },
    );
  };
}
