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
      offset += demand;
      return from < blob.size ? blob.slice(from, offset).arrayBuffer().then(asChunk) : null;
    },
  };
}
