/** Chunks, first in, first out, with their bytes counted. What was taken out is not held. */
export class ChunkQueue {
  byteLength = 0;
  #in: Uint8Array[] = [];
  /** Those to come out next, the first of them last: no end of an array is moved. */
  #out: Uint8Array[] = [];

  push(chunk: Uint8Array): void {
    this.#in.push(chunk);
    this.byteLength += chunk.byteLength;
  }

  get first(): Uint8Array | undefined {
    if (!this.#out.length) {
      this.#out = this.#in.reverse();
      this.#in = [];
    }
    return this.#out.at(-1);
  }

  shift(): Uint8Array | undefined {
    const { first } = this;
    this.#out.pop();
    this.byteLength -= first?.byteLength ?? 0;
    return first;
  }
}
