import type { Source } from './body-source.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';

/** Cancels a source whose consumer already has a reason of its own: what the source says to it has no one to hear it. */
export function cancelQuietly<T>(source: Source<T>, reason: unknown): void {
  try {
    const done = source.cancel?.(reason);
    if (isPromise(done)) done.then(undefined, ignore);
  } catch {
    // As above.
  }
}
