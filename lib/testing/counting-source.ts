import type { BodySource } from '../body/body-source.ts';
import { checkBytes } from '../body/check-bytes.ts';

export interface CountingSourceOptions {
  /** Bytes in each chunk. */
  chunkBytes: number;
  /** Bytes in all; the last chunk may be shorter. Default: without end. */
  totalBytes?: number;
  /** Answer with promises. Default false. */
  async?: boolean;
}

export interface CountingSource extends BodySource {
  readonly pulls: number;
  /** Given out so far. */
  readonly bytes: number;
  /** Set once the source was cancelled. */
  readonly cancelled?: { readonly reason: unknown };
}

/**
 * A source that counts what is asked of it. Byte i of the body is i modulo 251, so that a consumer can check the order.
 *
 * @throws TypeError or RangeError for sizes that are no count of bytes.
 * @example
 * ```ts
 * import { body, bytes } from 'sluice';
 * import { countingSource } from 'sluice/testing';
 *
 * const source = countingSource({ chunkBytes: 10, totalBytes: 25 });
 * console.log((await bytes(body(source))).length, source.pulls); // 25 4
 * ```
 */
export function countingSource(options: CountingSourceOptions): CountingSource {
  const { chunkBytes, totalBytes = Number.POSITIVE_INFINITY, async = false } = options;
  checkBytes(chunkBytes, 'chunkBytes', 1);
  if (totalBytes !== Number.POSITIVE_INFINITY) checkBytes(totalBytes, 'totalBytes');
  let pulls = 0;
  let bytes = 0;
  let cancelled: { readonly reason: unknown } | undefined;
  const next = (): Uint8Array | null => {
    const size = Math.min(chunkBytes, totalBytes - bytes);
    if (size <= 0) return null;
    const chunk = new Uint8Array(size);
    for (let i = 0; i < size; i++) chunk[i] = (bytes + i) % 251;
    bytes += size;
    return chunk;
  };
  return {
    pull() {
      if (cancelled !== undefined) throw new Error('A cancelled source was pulled');
      pulls++;
      return async ? Promise.resolve().then(next) : next();
    },
    cancel(reason) {
      if (cancelled !== undefined) throw new Error('A source was cancelled twice');
      cancelled = { reason };
    },
    get pulls() {
      return pulls;
    },
    get bytes() {
      return bytes;
    },
    get cancelled() {
      return cancelled as { readonly reason: unknown };
    },
  };
}
