import { asChunk } from './as-chunk.ts';
import type { BodyChunk } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';

type AnyIterator = Iterator<BodyChunk> | AsyncIterator<BodyChunk>;
type AnyIterable = Iterable<BodyChunk> | AsyncIterable<BodyChunk>;

/** What makes the iterator of an iterable of either kind; no function for anything else. */
export function iteratorOf(from: unknown): (() => AnyIterator) | undefined {
  const value = Object(from);
  return value[Symbol.asyncIterator] ?? value[Symbol.iterator];
}

/**
 * An iterable, or a function that gives one, as a source; opened at the first pull. The function's signal aborts with the
 * reason of a cancel.
 */
export function iterableSource(
  from: AnyIterable | ((context: { signal: AbortSignal }) => AnyIterable),
): BodySource {
  let controller: AbortController | undefined;
  let iterator: AnyIterator | undefined;
  let pending = false;
  // A Node Readable: its error may come while nobody reads it, and be an uncaught exception.
  const { on, destroy } = from as { on?(event: string, hear: () => void): void; destroy?(): void };
  on?.call(from, 'error', ignore);
  const open = (): AnyIterator => {
    if (iterator) return iterator;
    const iterable = typeof from === 'function' ? from((controller = new AbortController())) : from;
    return (iterator = iteratorOf(iterable)?.call(iterable) as AnyIterator);
  };
  /** It is told of what it has promised and not kept, as `for await` does. */
  const fail = (error: unknown): never => {
    cancelQuietly({ cancel: () => iterator?.return?.() as Promise<void> | undefined }, error);
    throw error;
  };
  const take = ({ done, value }: IteratorResult<unknown>): Uint8Array | null | Promise<Uint8Array | null> => {
    pending = false;
    // `for await` awaits the values of a synchronous iterable too.
    return done ? null : isPromise(value) ? value.then(asChunk, fail) : asChunk(value);
  };
  return {
    pull() {
      const result = open().next();
      pending = isPromise(result);
      return isPromise(result) ? result.then(take) : take(result);
    },
    cancel(reason) {
      controller?.abort(reason);
      // The iterator of a Node Readable can't be returned while it waits, and one that has not begun lets it live.
      destroy?.call(from);
      // A generator that was given has to hear that it is over, also when it never started; a function was not called.
      const returned = (typeof from === 'function' ? iterator : open())?.return?.(reason) as
        | Promise<void>
        | undefined;
      // One that waits in an `await` can't be returned: its return settles when that does, perhaps never.
      return pending ? void returned?.then(ignore, ignore) : returned;
    },
  };
}
