import { concat } from '../bytes/concat.ts';
import type { ChunkQueue } from './chunk-queue.ts';

/** Chunks up to this size are joined with their neighbours. */
const small = 16_384;

/** Takes the first chunk, and the small ones behind it up to `demand`, as one. */
export function joinSmall(queue: ChunkQueue, demand: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let room = demand;
  for (let { next } = queue; next; next = queue.next) {
    const { byteLength } = next.chunk;
    if (parts.length && byteLength > Math.min(small, room)) break;
    room = byteLength > small ? 0 : room - byteLength;
    parts.push(queue.shift());
  }
  return parts.length > 1 ? concat(parts) : parts[0];
}
