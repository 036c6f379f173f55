import { concat } from '../../lib/bytes/concat.ts';

const LIMIT = 64 * 1024;

/** A head and what follows it go out as one where the runtime writes one buffer at a time; what is large is not copied for it. */
export function joined(chunks: Uint8Array[]): Uint8Array[] {
  const size = chunks.reduce((total, { byteLength }) => total + byteLength, 0);
  return chunks.length > 1 && size <= LIMIT ? [concat(chunks)] : chunks;
}
