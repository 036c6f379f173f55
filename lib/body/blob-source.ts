import { asChunk } from './as-chunk.ts';
import type { BodySource } from './body-source.ts';

/**
 * A Blob of any brand, read in slices on demand: `blob.stream()` reads ahead. Of Bun's files a pipe, a device or an object in a
 * store has no size, and is read as its stream.
 */
export function blobSource(blob: Blob): BodySource {
  const { size } = blob;
  let offset = 0;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const slices = {
    // An empty file of Bun's may be one that can't be read: its length would be told before that is seen.
    byteLength: size || !('exists' in blob) ? size : undefined,
    ready: false,
    pull(demand: number) {
      const from = offset;
      if (from && from >= size) return null;
      offset += demand;
      let part = blob;
      try {
        // A file of Bun's that can't be read is empty, until it is read as a whole.
        if (size) part = blob.slice(from, offset);
      } catch (error) {
        // That of `@whatwg-node/fetch` has no slices.
        if (from) throw error;
        offset = size;
      }
      return part.arrayBuffer().then(asChunk);
    },
  };
  // That of a store asks for the object at once.
  return size < Infinity
    ? slices
    : {
        ready: false,
        pull: () => (reader ??= blob.stream().getReader()).read().then(({ value = null }) => value),
        cancel: (reason: unknown) => reader?.cancel(reason),
      };
}
