import type { ProtocolError } from '../errors/protocol-error.ts';
import type { BodyReader } from './body-reader.ts';
import { CR, HEX_VALUES, isSpace, LF, VALUE_BYTES } from './chars.ts';
import { fault } from './fault.ts';
import { FieldScanner, type FieldScannerOptions } from './field-scanner.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { allowedTrailers } from './trailer-fields.ts';

export interface ChunkedDecoderOptions extends Partial<Http1Limits> {
  /** A folded trailer line becomes a space (responses) instead of a fault (requests). Default false. */
  readonly fold?: boolean;
}

const SEMICOLON = 0x3b;
const MAX_SIZE_DIGITS = 16;

// What the next byte belongs to.
const SIZE = 0;
const SIZE_SPACE = 1;
const EXTENSION = 2;
const DATA = 3;
const DATA_END = 4;
const LINE_END = 5;
const TRAILERS = 6;

/**
 * Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly: 1 to 16 hex digits below 2^53, no space but before
 * `;`, CRLF everywhere, extension text of field-value characters. It resumes at any byte, copies nothing of the data and
 * reports it as offsets, so that a chunk costs two numbers.
 *
 * Faults are left in `error` (`ERR_PROTOCOL`; `offset` counts from the body's first byte; `statusHint` 400, 413 for sizes and
 * extensions past their limits, 431 for trailers), so that the data before them is not lost.
 *
 * @example
 * const decoder = new ChunkedDecoder();
 * const offsets: number[] = [];
 * const stop = decoder.read(input, 0, input.length, offsets); // [start, end, start, end, ...] of the data in input
 * if (decoder.done) rest = input.subarray(stop);
 */
export class ChunkedDecoder implements BodyReader {
  done = false;
  error: ProtocolError | null = null;
  trailers: string[] | null = null;

  readonly #options: FieldScannerOptions;
  #state = SIZE;
  #size = 0; // of the chunk in hand: of what is to come of it, once the line is read
  #line = 0; // bytes of the size line in hand, which begins with its digits
  #extensions = 0; // extension bytes over the body
  #payload = 0;
  #seen = 0; // bytes read in earlier calls
  #scanner: FieldScanner | null = null;

  /** @param options Limits, in bytes; the defaults are `HTTP1_LIMITS`. */
  constructor(options?: ChunkedDecoderOptions) {
    this.#options = { ...HTTP1_LIMITS, ...options };
  }

  /** Body bytes decoded so far. */
  get payload(): number {
    return this.#payload;
  }

  /**
   * @param input The bytes received; read from `start` to `end`, never kept.
   * @param offsets Gets the start and end of each run of data in `input`.
   * @returns The position after the last byte that belongs to the body.
   */
  read(input: Uint8Array, start: number, end: number, offsets: number[]): number {
    let i = start;
    while (i < end && !this.done && this.error === null) {
      if (this.#state === DATA) {
        const stop = Math.min(end, i + this.#size);
        offsets.push(i, stop);
        this.#payload += stop - i;
        this.#size -= stop - i;
        if (this.#size === 0) this.#state = DATA_END;
        i = stop;
      } else if (this.#state === TRAILERS) {
        this.#scanner ??= new FieldScanner('trailers', this.#options, this.#seen + i - start);
        const scanner = this.#scanner;
        i = scanner.scan(input, i, end);
        this.error = scanner.error;
        if (scanner.done) {
          this.done = true;
          this.trailers = allowedTrailers(scanner.fields());
        }
      } else {
        // Its size lines have up to nine bytes, and are not counted.
        if (this.#state === SIZE && this.#line === 0 && this.#options.maxChunkLineBytes > 8)
          i = this.#wholeChunks(input, i, end, offsets);
        if (i < end) this.#frame(input[i] as number, i++ - start);
      }
    }
    this.#seen += i - start;
    return i;
  }

  finish(): void {
    if (!this.done) this.#fail('the chunked body ended before its last line', 0);
  }

  /** The chunks that are whole in the input and have no extension: nearly all of them. Stops before the first that is not. */
  #wholeChunks(input: Uint8Array, start: number, end: number, offsets: number[]): number {
    // A size line of up to seven digits (below 2^28) and the CRLF after a chunk of one byte: past it, nothing needs a check.
    const last = end - 12;
    let i = start;
    let count = offsets.length;
    let payload = 0;
    while (i <= last) {
      let size = HEX_VALUES[input[i] as number] as number;
      if (size > 15) break;
      let at = i + 1;
      let digit = HEX_VALUES[input[at] as number] as number;
      while (digit < 16 && at - i < 7) {
        size = (size << 4) | digit;
        digit = HEX_VALUES[input[++at] as number] as number;
      }
      const data = at + 2;
      const stop = data + size;
      if (
        size === 0 ||
        stop + 2 > end ||
        input[at] !== CR ||
        input[at + 1] !== LF ||
        input[stop] !== CR ||
        input[stop + 1] !== LF
      )
        break;
      offsets[count++] = data;
      offsets[count++] = stop;
      payload += size;
      i = stop + 2;
    }
    this.#payload += payload;
    return i;
  }

  #fail(message: string, offset: number, statusHint = 400): void {
    this.error ??= fault(message, statusHint, this.#seen + offset);
  }

  /** Takes one byte of a size line, or of the CRLF after a chunk. */
  #frame(byte: number, at: number): void {
    const state = this.#state;
    const line = this.#line++;
    // The whole line counts, with its CRLF.
    if (line >= this.#options.maxChunkLineBytes)
      this.#fail(`a size line of more than ${line} bytes`, at, 413);
    if (state === DATA_END) {
      if (byte !== CR) this.#fail('a chunk is longer than its size', at);
      this.#state = LINE_END;
      this.#line = 0;
    } else if (state === LINE_END) {
      if (byte !== LF) this.#fail('a CR without its LF', at);
      // There is no line after a chunk.
      this.#state = line === 0 ? SIZE : this.#size === 0 ? TRAILERS : DATA;
      this.#line = 0;
    } else if (state === SIZE && (HEX_VALUES[byte] as number) < 16) {
      if (line === MAX_SIZE_DIGITS) this.#fail(`a chunk-size of more than ${line} digits`, at);
      this.#size = this.#size * 16 + (HEX_VALUES[byte] as number);
      if (!Number.isSafeInteger(this.#size)) this.#fail('a chunk-size of 2^53 or more', at, 413);
    } else if (byte === CR && state !== SIZE_SPACE && line > 0) this.#state = LINE_END;
    else {
      // Bad whitespace before an extension (RFC 9112 section 7.1.1); nothing else may follow the digits.
      const ends = line > 0 && (byte === SEMICOLON || isSpace(byte));
      if (state === EXTENSION ? VALUE_BYTES[byte] !== 1 : !ends) this.#fail('bad byte in a size line', at);
      if (byte === SEMICOLON) this.#state = EXTENSION;
      else if (state === SIZE) this.#state = SIZE_SPACE;
      if (++this.#extensions > this.#options.maxChunkExtensionBytes + this.#payload)
        this.#fail('too many chunk extensions', at, 413);
    }
  }
}
