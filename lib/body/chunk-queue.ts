import { sizeOf } from './size-of.ts';

interface Link {
  chunk: Uint8Array;
  next?: Link;
}

/** Chunks, first in, first out, with their bytes counted. A list, as the front of a long array is slow to take. */
export class ChunkQueue {
  byteLength = 0;
  first: Link | undefined;
  #last: Link | undefined;

  push(chunk: Uint8Array): void {
    const link = { chunk };
    if (this.first && this.#last) this.#last.next = link;
    else this.first = link;
    this.#last = link;
    this.byteLength += sizeOf(chunk);
  }

  /** Takes the first chunk out, or the first `most` bytes of it. */
  shift(most: number = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const link = this.first;
    if (!link) return undefined;
    let { chunk } = link;
    if (sizeOf(chunk) > most) {
      link.chunk = chunk.subarray(most);
      chunk = chunk.subarray(0, most);
    } else this.first = link.next;
    this.byteLength -= sizeOf(chunk);
    return chunk;
  }
}
