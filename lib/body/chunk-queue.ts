import { sizeOf } from './size-of.ts';

interface Link {
  chunk: Uint8Array;
  next?: Link | undefined;
}

/** Chunks, first in, first out, with their bytes counted. A list, as the front of a long array is slow to take. */
export class ChunkQueue {
  byteLength = 0;
  next: Link | undefined;
  #last: { next?: Link | undefined } = this;

  push(chunk: Uint8Array): void {
    const link: Link = { chunk };
    this.#last.next = link;
    this.#last = link;
    this.byteLength += sizeOf(chunk);
  }

  /** Takes the first chunk out, or the first `most` bytes of it. */
  shift(most: number = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const { next } = this;
    let chunk = next?.chunk;
    if (next && chunk && sizeOf(chunk) > most) {
      next.chunk = chunk.subarray(most);
      chunk = chunk.subarray(0, most);
    } else {
      this.next = next?.next;
      if (!this.next) this.#last = this;
    }
    this.byteLength -= sizeOf(chunk);
    return chunk;
  }
}
