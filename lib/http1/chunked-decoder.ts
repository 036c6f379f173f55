import type { ProtocolError } from '../errors/protocol-error.ts';
import type { BodyReader } from './body-reader.ts';
import { HEX_VALUES, VALUE_BYTES } from './chars.ts';
import { fault } from './fault.ts';
import { FieldScanner } from './field-scanner.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { allowedTrailers } from './trailer-fields.ts';

export interface ChunkedDecoderOptions extends Partial<Http1Limits> {
  /** A folded trailer line becomes a space (responses) instead of a fault (requests). Default false. */
  readonly fold?: boolean;
}

const HT = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const SEMICOLON = 0x3b;
const MAX_SIZE_DIGITS = 16;

const SIZE = 0;
const SIZE_SPACE = 1;
const EXTENSION = 2;
const SIZE_LF = 3;
const DATA = 4;
const DATA_CR = 5;
const DATA_LF = 6;
const TRAILERS = 7;

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

  readonly #limits: Http1Limits;
  readonly #fold: boolean;
  #state = SIZE;
  #size = 0;
  #digits = 0;
  #left = 0; // bytes of the chunk in hand to come
  #line = 0; // bytes of the size line in hand
  #extensions = 0; // extension bytes over the body
  #payload = 0;
  #seen = 0; // bytes read in earlier calls
  #scanner: FieldScanner | null = null;

  /** @param options Limits, in bytes; the defaults are `HTTP1_LIMITS`. */
  constructor(options?: ChunkedDecoderOptions) {
    this.#limits = { ...HTTP1_LIMITS, ...options };
    this.#fold = options?.fold ?? false;
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
    if (this.done || this.error !== null) return start;
    let i = start;
    while (i < end) {
      if (this.#state === SIZE && this.#digits === 0) {
        i = this.#wholeChunks(input, i, end, offsets);
        if (i === end) break;
      }
      i = this.#step(input, i, end, offsets, start);
      if (this.done || this.error !== null) break;
    }
    this.#seen += i - start;
    return i;
  }

  finish(): void {
    if (!this.done && this.error === null) {
      const inTrailers = this.#state === TRAILERS;
      this.error = fault(`the body ended before its last ${inTrailers ? 'line' : 'chunk'}`, this.#seen, 400);
    }
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
    this.error = fault(message, this.#seen + offset, statusHint);
  }

  /** Takes one byte, or one run of data, extension text or trailers. */
  #step(input: Uint8Array, i: number, end: number, offsets: number[], start: number): number {
    const byte = input[i] as number;
    switch (this.#state) {
      case SIZE: {
        const digit = HEX_VALUES[byte] as number;
        if (digit < 16) {
          if (++this.#digits > MAX_SIZE_DIGITS) this.#fail('a chunk-size of more than 16 digits', i - start);
          this.#size = this.#size * 16 + digit;
          if (!Number.isSafeInteger(this.#size)) this.#fail('a chunk-size of 2^53 or more', i - start, 413);
          this.#line++;
          return i + 1;
        }
        if (this.#digits === 0) this.#fail('a chunk-size must be hex digits', i - start);
        this.#state = byte === CR ? SIZE_LF : byte === SEMICOLON ? EXTENSION : SIZE_SPACE;
        // Bad whitespace before an extension (RFC 9112 section 7.1.1); nothing else may follow the digits.
        if (this.#state === SIZE_SPACE && byte !== SP && byte !== HT)
          this.#fail('a chunk-size must be hex digits', i - start);
        return this.#lineByte(i, start, this.#state !== SIZE_LF);
      }
      case SIZE_SPACE:
        if (byte === SEMICOLON) this.#state = EXTENSION;
        else if (byte !== SP && byte !== HT) this.#fail('a space in a size line', i - start);
        return this.#lineByte(i, start, true);
      case EXTENSION:
        while (this.error === null && i < end && VALUE_BYTES[input[i] as number] === 1)
          i = this.#lineByte(i, start, true);
        if (i === end || this.error !== null) return i;
        if (input[i] !== CR) this.#fail('bad byte in a chunk extension', i - start);
        this.#state = SIZE_LF;
        return this.#lineByte(i, start, false);
      case SIZE_LF:
        if (byte !== LF) this.#fail('a CR without its LF', i - start);
        else this.#lineByte(i, start, false);
        this.#state = this.#size === 0 ? TRAILERS : DATA;
        this.#left = this.#size;
        this.#size = 0;
        this.#digits = 0;
        this.#line = 0;
        return i + 1;
      case DATA: {
        const stop = Math.min(end, i + this.#left);
        offsets.push(i, stop);
        this.#payload += stop - i;
        this.#left -= stop - i;
        if (this.#left === 0) this.#state = DATA_CR;
        return stop;
      }
      case DATA_CR:
        if (byte !== CR) this.#fail('a chunk is longer than its size', i - start);
        this.#state = DATA_LF;
        return i + 1;
      case DATA_LF:
        if (byte !== LF) this.#fail('a CR without its LF', i - start);
        this.#state = SIZE;
        return i + 1;
      default:
        return this.#readTrailers(input, i, end, start);
    }
  }

  /** Counts one byte of a size line against the line's limit and, in an extension, the body's. */
  #lineByte(i: number, start: number, extension: boolean): number {
    if (++this.#line > this.#limits.maxChunkLineBytes && this.error === null)
      this.#fail(`a size line of more than ${this.#limits.maxChunkLineBytes} bytes`, i - start, 413);
    if (
      extension &&
      ++this.#extensions > this.#limits.maxChunkExtensionBytes + this.#payload &&
      this.error === null
    )
      this.#fail('too much in chunk extensions', i - start, 413);
    return i + 1;
  }

  #readTrailers(input: Uint8Array, i: number, end: number, start: number): number {
    if (this.#scanner === null) {
      if (i + 1 < end && input[i] === CR && input[i + 1] === LF) {
        this.done = true;
        return i + 2;
      }
      this.#scanner = new FieldScanner({
        section: 'trailers',
        maxBytes: this.#limits.maxTrailerBytes,
        maxCount: this.#limits.maxHeaderCount,
        fold: this.#fold,
      });
    }
    const scanner = this.#scanner;
    const before = scanner.offset;
    const stop = scanner.scan(input, i, end);
    if (scanner.error !== null) {
      const at = (scanner.error.offset ?? 0) - before + i - start;
      this.#fail(scanner.error.message, at, scanner.error.statusHint);
    } else if (scanner.done) {
      this.done = true;
      this.trailers = allowedTrailers(scanner.fields());
    }
    return stop;
  }
}
