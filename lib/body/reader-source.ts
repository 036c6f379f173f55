import { asChunk } from './as-chunk.ts';
import type { ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';

/** A stream of any brand as a source: locked at once, one read at a time, unlocked when it is over. */
export function readerSource(stream: ReadableLike<unknown>): BodySource {
  const reader = stream.getReader();
  let over = false;
  const release = (): null => {
    over = true;
    reader.releaseLock();
    return null;
  };
  return {
    ready: false,
    unlock: release,
    pull: () =>
      reader.read().then(
        ({ done, value }) => (done ? release() : asChunk(value)),
        (error) => {
          release();
          throw error;
        },
      ),
    cancel(reason) {
      // The stream may have ended, and the consumer not know it yet.
      if (over) return undefined;
      const cancelled = reader.cancel(reason);
      // A pending read settles by the cancel, so that nothing holds the lock.
      release();
      return cancelled as Promise<void>;
    },
  };
}
