import type { BodySource } from './body-source.ts';

/** Bytes that are already there, as one chunk. */
export function bytesSource(bytes: Uint8Array): BodySource {
  let given = bytes.byteLength === 0;
  return {
    byteLength: bytes.byteLength,
    pull() {
      if (given) return null;
      given = true;
      return bytes;
    },
  };
}
