import type { ProtocolError } from '../errors/protocol-error.ts';
import type { BodyReader } from './body-reader.ts';
import { fault } from './fault.ts';

/** Reads a body of a known length in bytes (RFC 9112 section 6.3 item 6). */
export class LengthReader implements BodyReader {
  error: ProtocolError | null = null;
  readonly trailers: null = null;
  readonly #length: number;
  #left: number;

  constructor(length: number) {
    this.#length = length;
    this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  read(_input: Uint8Array, start: number, end: number, offsets: number[]): number {
    const stop = Math.min(end, start + this.#left);
    if (stop === start || this.error !== null) return start;
    offsets.push(start, stop);
    this.#left -= stop - start;
    return stop;
  }

  finish(): void {
    if (this.done) return;
    const seen = this.#length - this.#left;
    this.error ??= fault(`the body ended after ${seen} of ${this.#length} bytes`, 400, seen);
  }
}
