import { COPY_LIMIT } from './copy-limit.ts';

/** More than the drivers write at once, so that small pieces go out as one. */
const SLAB = 288 * 1024;

let slab: Uint8Array = new Uint8Array(0);
let used = 0;

/**
 * Joins small pieces into few large ones. They are copied into slabs that all writers share, as a stack: what was written last
 * and is given back can be written again. Large pieces stay the views that they are.
 */
export class PieceWriter {
  /** Bytes waiting to be taken. */
  queued = 0;
  /** The slab written to last. */
  protected memory: Uint8Array = slab;
  #pieces: Uint8Array[] = [];
  /** What of the slab is no piece yet. */
  #start = 0;
  #end = 0;
  /** Where our part of the slab begins: of what is not taken yet, and of what was taken last. */
  #base = 0;
  #taken = 0;

  /** Adds bytes. Up to 64 KiB are copied; more must stay as they are until written. */
  raw(bytes: Uint8Array): void {
    const size = bytes.byteLength;
    if (size > COPY_LIMIT) {
      this.#cut();
      this.#pieces.push(bytes);
      this.queued += size;
    } else {
      const at = this.reserve(size);
      this.memory.set(bytes, at);
    }
  }

  /** All that was added since the last call, in order. */
  take(): Uint8Array[] {
    this.#cut();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.queued = 0;
    this.#taken = this.#base;
    this.#base = this.#end;
    return pieces;
  }

  /** Nobody needs any more what was taken: its memory may be written again. */
  reuse(): void {
    if (this.queued > 0 || this.memory !== slab || this.#end !== used) return;
    used = this.#start = this.#end = this.#base = this.#taken;
  }

  /** Room for the next bytes, at most 64 KiB. @returns Where in `memory` they go. */
  protected reserve(size: number): number {
    if (used + size > slab.byteLength) {
      slab = new Uint8Array(SLAB);
      used = 0;
    }
    if (this.memory !== slab || this.#end !== used) {
      this.#cut();
      this.memory = slab;
      this.#start = this.#end = this.#base = used;
    }
    const at = used;
    this.#end = used += size;
    this.queued += size;
    return at;
  }

  #cut(): void {
    if (this.#end > this.#start) this.#pieces.push(this.memory.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
