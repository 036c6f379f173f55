import type { BodySource } from './body-source.ts';

/** A Blob of any brand, read in slices on demand: `blob.stream()` reads ahead. */
export function blobSource(blob: Blob): BodySource {
  let offset = 0;
  return {
    byteLength: blob.size,
    ready: false,
    async pull(demand) {
      if (offset >= blob.size) return null;
      const slice = blob.slice(offset, offset + demand);
      offset += demand;
      return new Uint8Array(await slice.arrayBuffer());
    },
  };
}
