import { asChunk } from './as-chunk.ts';
import type { BodySource } from './body-source.ts';

/** A Blob of any brand, read in slices on demand: `blob.stream()` reads ahead. */
export function blobSource(blob: Blob): BodySource {
  let offset = 0;
  return {
    byteLength: blob.size,
    ready: false,
    pull(demand) {
      const from = offset;
      if (from && from >= blob.size) return null;
      offset += demand;
      let part = blob;
      try {
        // A file of Bun's that can't be read is empty, until it is read as a whole.
        if (blob.size) part = blob.slice(from, offset);
      } catch (error) {
        // That of `@whatwg-node/fetch` has no slices.
        if (from) throw error;
        offset = blob.size;
      }
      return part.arrayBuffer().then(asChunk);
    },
  };
}
