/** A FIFO of chunks that knows its bytes and can be read in parts. */
export class ChunkQueue {
  byteLength = 0;
  #chunks: Uint8Array[] = [];
  #head = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.byteLength += chunk.byteLength;
  }

  /** Puts bytes back in front. */
  unshift(chunk: Uint8Array): void {
    this.#chunks.splice(0, this.#head, chunk);
    this.#head = 0;
    this.byteLength += chunk.byteLength;
  }

  shift(): Uint8Array | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    this.#drop();
    this.byteLength -= chunk.byteLength;
    return chunk;
  }

  /** The bytes of the first chunk; undefined when there is none. */
  peekSize(): number | undefined {
    return this.#chunks[this.#head]?.byteLength;
  }

  /** Copies what is held into `view`; what does not fit stays. Returns the bytes copied. */
  copyInto(view: Uint8Array): number {
    let filled = 0;
    while (filled < view.byteLength) {
      const chunk = this.#chunks[this.#head];
      if (chunk === undefined) break;
      const room = view.byteLength - filled;
      if (chunk.byteLength <= room) {
        view.set(chunk, filled);
        filled += chunk.byteLength;
        this.#drop();
      } else {
        view.set(chunk.subarray(0, room), filled);
        filled += room;
        this.#chunks[this.#head] = chunk.subarray(room);
      }
    }
    this.byteLength -= filled;
    return filled;
  }

  /** Forgets everything; returns the bytes forgotten. */
  clear(): number {
    const { byteLength } = this;
    this.#chunks = [];
    this.#head = 0;
    this.byteLength = 0;
    return byteLength;
  }

  #drop(): void {
    this.#head++;
    if (this.#head === this.#chunks.length) {
      this.#chunks = [];
      this.#head = 0;
    } else if (this.#head >= 64 && this.#head * 2 >= this.#chunks.length) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
