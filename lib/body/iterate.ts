import { body } from './body.ts';
import type { BodyLike, ReadableLike } from './body-like.ts';
import { checkSignal } from './check-signal.ts';
import { ignore } from './ignore.ts';
import { onAbort } from './on-abort.ts';

export interface IterateOptions {
  /** Leave the stream readable when the loop ends early. Default false: it is cancelled. */
  preventCancel?: boolean | undefined;
  /** Aborting makes the loop throw the signal's reason, and cancels the body with it. */
  signal?: AbortSignal | undefined;
}

/** The chunks of a body. `return` is what a loop that ends early calls: it cancels also while a chunk is waited for. */
export interface BodyIterator extends AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
  return(reason?: unknown): Promise<IteratorResult<Uint8Array<ArrayBuffer>, void>>;
}

/**
 * The chunks of a body for `for await`, also where streams are not async iterable. A stream is locked from the call on.
 * Leaving the loop early cancels the body. The lock is released on every way out.
 *
 * @throws What the body fails with, or the reason of `signal`. TypeError at the call for what is no body.
 * @see https://streams.spec.whatwg.org/#rs-asynciterator
 * @example
 * ```ts
 * import { iterate } from 'sluice';
 *
 * for await (const chunk of iterate(new Blob(['abc']).stream())) console.log(chunk.byteLength); // 3
 * ```
 */
export function iterate(from: BodyLike, options: IterateOptions = {}): BodyIterator {
  const { preventCancel = false, signal } = options;
  checkSignal(signal);
  const stream = Object(from).getReader ? (from as ReadableLike<Uint8Array>) : body(from);
  const reader = stream.getReader();
  const end = { done: true, value: undefined } as const;
  let over = false;
  let aborted = false;
  let stop = ignore;
  /** A read that waits settles by the cancel. */
  const leave = async (cancels?: boolean, reason?: unknown): Promise<void> => {
    if (over) return;
    over = true;
    stop();
    const cancelled = cancels && reader.cancel(reason);
    reader.releaseLock();
    await cancelled;
  };
  stop = onAbort(signal, (reason) => {
    aborted = true;
    leave(true, reason).catch(ignore);
  });
  return {
    async next() {
      let result: { done: boolean } = end;
      try {
        if (!over) result = await reader.read();
      } catch (error) {
        // Who has left hears no more of a read that waited.
        if (!over) {
          leave();
          throw error;
        }
      }
      if (aborted) throw signal?.reason;
      if (over) return end;
      if (result.done) leave();
      return result as IteratorResult<Uint8Array<ArrayBuffer>, void>;
    },
    async return(reason) {
      await leave(!preventCancel, reason);
      return { done: true, value: reason as undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
