import { body } from './body.ts';
import type { BodyLike, ReadableLike } from './body-like.ts';
import { ignore } from './ignore.ts';

export interface IterateOptions {
  /** Leave the stream readable when the loop ends early. Default false: it is cancelled. */
  preventCancel?: boolean | undefined;
  /** Aborting makes the loop throw the signal's reason, and cancels the body with it. */
  signal?: AbortSignal | undefined;
}

/**
 * The chunks of a body for `for await`, also where streams are not async iterable. Leaving the loop early cancels the
 * body. The lock is released on every way out.
 *
 * @throws What the body fails with, or the reason of `signal`.
 * @see https://streams.spec.whatwg.org/#rs-asynciterator
 * @example
 * ```ts
 * import { iterate } from 'sluice';
 *
 * for await (const chunk of iterate(new Blob(['abc']).stream())) console.log(chunk.byteLength); // 3
 * ```
 */
export async function* iterate(
  from: BodyLike,
  options: IterateOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { preventCancel = false, signal } = options;
  const stream = Object(from).getReader ? (from as ReadableLike<Uint8Array>) : body(from);
  const reader = stream.getReader();
  let over = false;
  /** A read that waits settles by it. */
  const abort = (): void => {
    over = true;
    reader.cancel(signal?.reason).catch(ignore);
  };
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      if (value !== undefined) yield value;
    }
    over = true;
  } catch (error) {
    over = true;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    const cancelled = over || preventCancel ? undefined : reader.cancel();
    reader.releaseLock();
    await cancelled;
  }
}
