import { checkNumber } from '../errors/check-number.ts';
import { checkOneOf } from '../errors/check-one-of.ts';
import type { BodyLike } from './body-like.ts';
import type { BodyOptions } from './body-options.ts';
import { BodyStream } from './body-stream.ts';
import { checkBytes } from './check-bytes.ts';
import { coreFrom } from './core-from.ts';
import { coreOf } from './core-of.ts';
import { forked } from './forked.ts';
import { sourceOf } from './source-of.ts';

/** What happens when a branch is `highWaterMark` bytes behind: the others wait, it errors, or it loses its oldest chunks. */
export type ForkBackpressure = 'block' | 'error' | 'drop-oldest';

export interface ForkOptions {
  /** Bytes that the slowest branch may be behind the fastest one, plus the chunk in hand. */
  highWaterMark: number;
  /** Default `block`. */
  backpressure?: ForkBackpressure | undefined;
  /** `bytes`: readable byte streams, whose chunks are copies; `default` branches share chunks as views. Default `default`. */
  type?: BodyOptions['type'];
}

const policies: readonly unknown[] = ['block', 'error', 'drop-oldest'];

/**
 * A bounded tee: 2 to 16 bodies that read the same source, over one shared queue. The source is pulled for the branch that
 * is ahead, and cancelled when every branch is, with an array of all their reasons. Each branch has the length (but for
 * `drop-oldest`, which keeps none) and the trailers.
 *
 * @param n How many branches, 2 to 16.
 * @param options `highWaterMark` in bytes; `backpressure`: with `block` no branch runs ahead of the slowest by more than
 *   that, with `error` a branch that is further behind errors with LimitExceededError (`ERR_LIMIT_EXCEEDED`), with
 *   `drop-oldest` it loses its oldest chunks and counts them in `stats.dropped`; `type`.
 * @throws TypeError or RangeError at the call for what is no body, or for options out of range. What the source fails with
 *   comes on every branch, after what that still has to read.
 * @example
 * ```ts
 * import { bytes, fork } from 'sluice';
 *
 * const [a, b] = fork('hello', 2, { highWaterMark: 65_536 });
 * if (a && b) console.log((await bytes(a)).length, (await bytes(b)).length); // 5 5
 * ```
 */
export function fork(from: BodyLike, n: number, options: ForkOptions = {} as ForkOptions): BodyStream[] {
  const { highWaterMark, backpressure = 'block', type = 'default' } = options;
  checkBytes(highWaterMark, 'highWaterMark');
  checkBytes(n, 'n', 2);
  checkNumber(n, n <= 16, 'n', 'at most 16');
  checkOneOf(backpressure, 'backpressure', policies);
  checkOneOf(type, 'type', ['default', 'bytes']);
  const core = coreOf(from);
  const foreign = !core && Object(from).getReader;
  const source = foreign ? sourceOf(from) : coreFrom(from);
  // A source or generator may reuse its buffer; an array can't. What another stream gives is its consumer's, and each branch checks it.
  const copies = core
    ? !core.transfer && !core.highWaterMark
    : Boolean(Object(from).pull) || (!foreign && !Array.isArray(from) && source.byteLength === undefined);
  const branches = forked(source, n, highWaterMark, backpressure, copies);
  return branches.map((branch) => new BodyStream(branch, { type }));
}
