import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import type { BodyCore } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { coreFrom } from './core-from.ts';
import { isPromise } from './is-promise.ts';

export interface CollectOptions {
  /** The most bytes to take. Default: no limit. */
  limit?: number | undefined;
}

/** A whole body in memory. The getters are synchronous. */
export interface Collected {
  /** All bytes, in memory of their own; the same array at each call. */
  bytes(): Uint8Array<ArrayBuffer>;
  /** The bytes as UTF-8, without a byte order mark. */
  text(): string;
  /** The text as JSON; its type is for the caller to say. Throws SyntaxError. */
  json<T = unknown>(): T;
  /** The trailer fields; empty when there were none. */
  readonly trailers: Headers;
}

/**
 * Reads a body to its end and keeps it. Chunks are copied as they come, so a source may reuse its buffer.
 *
 * @param options `limit` in bytes.
 * @throws LimitExceededError (`ERR_LIMIT_EXCEEDED`) when the body is longer than `limit`: a declared length before any
 *   pull, else by the chunk that passes it. The source is cancelled with the same error. Otherwise what the body fails with.
 * @example
 * ```ts
 * import { collect } from 'sluice';
 *
 * const whole = await collect('{"a":1}', { limit: 1024 });
 * console.log(whole.json<{ a: number }>().a, whole.bytes().byteLength); // 1 7
 * ```
 */
export async function collect(from: BodyLike, options: CollectOptions = {}): Promise<Collected> {
  const limit = checkBytes(options.limit ?? Number.MAX_SAFE_INTEGER, 'limit');
  const core = coreFrom(from);
  const whole = await gather(core, limit);
  const trailers = await core.readTrailers();
  const text = (): string => new TextDecoder().decode(whole);
  return { bytes: () => whole, text, json: () => JSON.parse(text()), trailers };
}

async function gather(source: BodyCore, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const { byteLength } = source;
  const check = (total: number): void => {
    if (total <= limit) return;
    const error = new LimitExceededError(limit, total);
    cancelQuietly(source, error);
    throw error;
  };
  check(byteLength ?? 0);
  // A length is only what was said: no more than this is held before there is something to hold.
  const whole = new ByteBuffer(byteLength ?? limit, Math.min(byteLength ?? 0, 1_048_576));
  for (;;) {
    const pulled = source.pull();
    const chunk = isPromise(pulled) ? await pulled : pulled;
    if (!chunk) break;
    check(whole.byteLength + chunk.byteLength);
    whole.append(chunk);
  }
  const bytes = whole.take();
  // Not a view of more memory than there are bytes.
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
