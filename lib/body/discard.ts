import { defaultDemand } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import { checkBytes } from './check-bytes.ts';
import { coreFrom } from './core-from.ts';

export interface DiscardOptions {
  /** Bytes to read before the body is cancelled. Default: to its end. */
  limit?: number | undefined;
}

/**
 * Reads a body and drops it, up to `limit` bytes; what is left then is cancelled.
 *
 * @param options `limit` in bytes; with 0 the body is cancelled unread.
 * @returns The bytes dropped.
 * @throws What the body fails with.
 * @example
 * ```ts
 * import { discard } from 'sluice';
 *
 * console.log(await discard('some bytes', { limit: 1024 })); // 10
 * ```
 */
export async function discard(from: BodyLike, options: DiscardOptions = {}): Promise<number> {
  const limit = checkBytes(options.limit ?? Number.MAX_SAFE_INTEGER, 'limit');
  const source = coreFrom(from);
  let dropped = 0;
  while (dropped < limit) {
    const chunk = await source.pull(Math.min(defaultDemand, limit - dropped));
    if (chunk === null) return dropped;
    dropped += chunk.byteLength;
  }
  await source.cancel();
  return dropped;
}
