import { asChunk } from './as-chunk.ts';
import type { ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { ignore } from './ignore.ts';

/** A stream of any brand as a source: locked at once, one read at a time, unlocked when it is over. */
export function readerSource(stream: ReadableLike<unknown>): BodySource {
  const reader = stream.getReader();
  let reading = false;
  const take = ({ done, value }: { done: boolean; value?: unknown }): Uint8Array | null => {
    reading = false;
    if (!done) return asChunk(value);
    reader.releaseLock();
    return null;
  };
  const lost = (error: unknown): never => {
    reading = false;
    reader.releaseLock();
    throw error;
  };
  return {
    ready: false,
    pull() {
      reading = true;
      return reader.read().then(take, lost);
    },
    cancel(reason) {
      const cancelled = reader.cancel(reason);
      // A pending read settles by the cancel, and pull then unlocks.
      if (!reading) reader.releaseLock();
      else cancelled.then(() => reader.releaseLock(), ignore);
      return cancelled.then(ignore);
    },
  };
}
