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
    if (!this.next) this.#last = this;
    this.#last.next = link;
    this.#last = link;
    this.byteLength += sizeOf(chunk);
  }

  /** Takes the first chunk out, or the first `most` bytes of it; there must be one. */
  shift(most?: number): Uint8Array {
    const link = this.next as Link;
    let { chunk } = link;
    if (most && sizeOf(chunk) > most) {
      link.chunk = chunk.subarray(most);
      chunk = chunk.subarray(0, most);
    } else this.next = link.next;
    this.byteLength -= sizeOf(chunk);
    return chunk;
  }
}
