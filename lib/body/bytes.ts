import type { BodyLike } from './body-like.ts';
import { type CollectOptions, collect } from './collect.ts';

/**
 * All bytes of a body, in memory of their own.
 *
 * @param options `limit` in bytes.
 * @throws LimitExceededError (`ERR_LIMIT_EXCEEDED`) when the body is longer than `limit`; else what the body fails with.
 * @example
 * ```ts
 * import { bytes } from 'sluice';
 *
 * console.log(await bytes('hi')); // Uint8Array(2) [ 104, 105 ]
 * ```
 */
export async function bytes(from: BodyLike, options: CollectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  return (await collect(from, options)).bytes();
}
