import type { BodySource } from './body-source.ts';

/** Bytes that are already there, as one chunk. */
export function bytesSource(bytes: Uint8Array): BodySource {
  let rest: Uint8Array | null = bytes;
  return {
    byteLength: bytes.byteLength,
    pull() {
      const chunk = rest;
      rest = null;
      return chunk;
    },
  };
}
