import type { BodyReader } from './body-reader.ts';

/** Reads a body that runs until the connection closes (RFC 9112 section 6.3 item 8). */
export class CloseReader implements BodyReader {
  done = false;
  readonly error: null = null;
  readonly trailers: null = null;

  read(_input: Uint8Array, start: number, end: number, offsets: number[]): number {
    if (this.done || start === end) return start;
    offsets.push(start, end);
    return end;
  }

  finish(): void {
    this.done = true;
  }
}
