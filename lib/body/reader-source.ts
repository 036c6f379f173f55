import { asChunk } from './as-chunk.ts';
import type { ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';

/** A stream of any brand as a source: locked at once, one read at a time. What it pulls is for `chunkOfResult`. */
export function readerSource(stream: ReadableLike<unknown>): BodySource & { unlock(): void } {
  const reader = stream.getReader();
  return {
    ready: false,
    unlock: () => reader.releaseLock(),
    pull: () => reader.read() as Promise<never>,
    chunkOfResult: ({ done, value }: ReadableStreamReadResult<unknown>) => (done ? null : asChunk(value)),
    cancel: (reason) => reader.cancel(reason) as Promise<void>,
  };
}
