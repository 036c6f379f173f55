import { sizeOf } from './size-of.ts';

interface Link {
  chunk: Uint8Array;
  bytes: number;
  next?: Link | undefined;
}

/** Chunks, first in, first out, with their bytes counted. A list, as the front of a long array is slow to take. */
export class ChunkQueue {
  byteLength = 0;
  next: Link | undefined;
  #last: { next?: Link | undefined } = this;

  push(chunk: Uint8Array, bytes: number = sizeOf(chunk)): void {
    const link: Link = { chunk, bytes };
    if (!this.next) this.#last = this;
    this.#last.next = link;
    this.#last = link;
    this.byteLength += bytes;
  }

  /** Takes the first chunk out, or the first `most` bytes of it; there must be one. */
  shift(most?: number): Uint8Array {
    const link = this.next as Link;
    const { chunk, bytes } = link;
    const part = most && bytes > most ? most : bytes;
    this.byteLength -= part;
    link.bytes -= part;
    if (link.bytes) {
      link.chunk = chunk.subarray(most);
      return chunk.subarray(0, most);
    }
    this.next = link.next;
    return chunk;
  }
}
