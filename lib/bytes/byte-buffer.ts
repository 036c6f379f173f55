/** Bytes that are gathered from chunks, in memory of their own. It grows by doubling, to no more than `most` at once. */
export class ByteBuffer {
  readonly #most: number;
  #memory: Uint8Array<ArrayBuffer>;
  #from = 0;
  #to = 0;

  /** `size`: how much will come, where that is known. */
  constructor(most: number = Number.POSITIVE_INFINITY, size = 0) {
    this.#most = most;
    this.#memory = new Uint8Array(size);
  }

  get byteLength(): number {
    return this.#to - this.#from;
  }

  /** A view of what is held, until more is appended. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(this.#from, this.#to);
  }

  append(chunk: Uint8Array): void {
    if (this.#to + chunk.byteLength > this.#memory.byteLength) {
      const held = this.bytes;
      const needed = held.byteLength + chunk.byteLength;
      this.#memory = new Uint8Array(Math.max(needed, Math.min(2 * held.byteLength, this.#most)));
      this.#memory.set(held);
      this.#from = 0;
      this.#to = held.byteLength;
    }
    this.#memory.set(chunk, this.#to);
    this.#to += chunk.byteLength;
  }

  /** The first `n` bytes leave, as a view of memory that is not written again. */
  take(n: number = this.byteLength): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, n);
    this.#from += taken.byteLength;
    if (this.#from === this.#to) {
      this.#memory = new Uint8Array(0);
      this.#from = this.#to = 0;
    }
    return taken;
  }
}
