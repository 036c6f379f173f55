import { asChunk } from './as-chunk.ts';
import type { ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';

/** A stream of any brand as a source: locked at once, one read at a time, unlocked when it is over. */
export function readerSource(stream: ReadableLike<unknown>): BodySource {
  const reader = stream.getReader();
  return {
    async pull() {
      let over = true;
      try {
        const { done, value } = await reader.read();
        over = done;
        return done ? null : asChunk(value);
      } finally {
        if (over) reader.releaseLock();
      }
    },
    cancel(reason) {
      // A pending read settles by the cancel, so that nothing holds the lock.
      const cancelled = reader.cancel(reason);
      reader.releaseLock();
      return cancelled as Promise<void>;
    },
  };
}
