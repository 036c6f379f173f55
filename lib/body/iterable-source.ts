import { asChunk } from './as-chunk.ts';
import type { BodyChunk } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';

type AnyIterable = Iterable<BodyChunk> | AsyncIterable<BodyChunk>;

/**
 * An iterable, or a function that gives one, as a source; opened at the first pull. The function's signal aborts with the
 * reason of a cancel.
 */
export function iterableSource(
  from: AnyIterable | ((context: { signal: AbortSignal }) => AnyIterable),
): BodySource {
  const controller = typeof from === 'function' ? new AbortController() : undefined;
  let iterator: Iterator<BodyChunk> | AsyncIterator<BodyChunk> | undefined;
  let pending = false;
  const open = (): NonNullable<typeof iterator> => {
    const iterable = typeof from === 'function' ? from(controller as AbortController) : from;
    iterator =
      Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
    return iterator;
  };
  const take = (result: IteratorResult<unknown>): Uint8Array | null | Promise<Uint8Array | null> => {
    pending = false;
    const { done, value } = result;
    // `for await` awaits the values of a synchronous iterable too.
    return done ? null : isPromise(value) ? value.then(asChunk) : asChunk(value);
  };
  return {
    pull() {
      const result = (iterator ?? open()).next();
      pending = isPromise(result);
      return isPromise(result) ? result.then(take) : take(result);
    },
    cancel(reason) {
      controller?.abort(reason);
      // A generator that was given has to hear that it is over, also when it never started; a function was not called.
      const returned = (controller ? iterator : (iterator ?? open()))?.return?.(undefined);
      // One that waits in an `await` can't be returned: its return settles when that does, perhaps never.
      if (pending && isPromise(returned)) returned.then(ignore, ignore);
      else if (isPromise(returned)) return returned.then(ignore);
      return undefined;
    },
  };
}
