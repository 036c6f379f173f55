import { ByteBuffer } from '../bytes/byte-buffer.ts';
import type { ProtocolError } from '../errors/protocol-error.ts';
import { TARGET_BYTES, TOKEN_BYTES, VALUE_BYTES } from './chars.ts';
import { fault } from './fault.ts';
import { latin1 } from './latin1.ts';
import type { Http1Limits } from './limits.ts';
import { trim } from './trim.ts';

/** What a scanner reads: a request head, a response head or a trailer section. */
export type Section = 'request' | 'response' | 'trailers';

const HT = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

// What the next byte belongs to; those that are parts of their own first.
const METHOD = 0;
const TARGET = 1;
const REASON = 2;
const NAME = 3;
const VALUE = 4;
const START = 5;
const VERSION = 6;
const STATUS = 7;
const FIELD = 8;
const LINE_END = 9;
const DONE = 10;

/** A part of any length: the bytes it may have, the one that ends it, and what comes then. All but those up to a CR have at least one byte. */
interface Part {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly next: number;
  readonly fault: string;
}

const part = (bytes: Uint8Array, end: number, next: number, text: string): Part => ({
  bytes,
  end,
  next,
  fault: text,
});

const PARTS: readonly Part[] = [
  part(TOKEN_BYTES, SP, TARGET, 'a method must be a token'),
  part(TARGET_BYTES, SP, VERSION, 'a request-target is missing or has a byte outside of visible ASCII'),
  part(VALUE_BYTES, CR, LINE_END, 'bad byte in a reason phrase'),
  // RFC 9112 section 5.1: no space before the colon.
  part(TOKEN_BYTES, 0x3a, VALUE, 'a field name must be a token'),
  part(VALUE_BYTES, CR, LINE_END, 'bad byte in a field value'),
];

const MAX_EMPTY_LINES = 4; // llhttp takes any number, Go none, nginx any; RFC 9112 section 2.2 asks for at least one
const VERSION_NAME = 'HTTP/d.d';

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/**
 * Scans one section byte by byte and remembers where its parts end, each byte once however the input was cut. The bytes
 * are read in place while a section is whole in one input, and copied (once) when it is not.
 */
export class FieldScanner {
  done = false;
  error: ProtocolError | null = null;

  readonly #section: Section;
  readonly #limits: Http1Limits;
  readonly #fold: boolean;
  /** The ends of the three parts of the start line, then of each name (-1 for a folded line) and of its value. */
  readonly #marks: number[];
  readonly #maxBytes: number;
  #state: number;
  #next: number; // the state after the CRLF in hand
  #most: number; // maxBytes, and the empty lines
  #length = 0; // bytes scanned
  #start = 0; // after the empty lines
  #at = 0; // the start of the part in hand
  #kept: ByteBuffer | null = null; // the section so far, when it came in pieces
  #text = '';

  /** `fold`: obs-fold becomes a space (responses) instead of a fault (requests): RFC 9112 section 5.2. */
  constructor(section: Section, limits: Http1Limits, fold: boolean = section === 'response') {
    const trailers = section === 'trailers';
    this.#section = section;
    this.#limits = limits;
    this.#fold = fold;
    // Fields begin two bytes, CRLF, after the last mark.
    this.#marks = trailers ? [-2, -2, -2] : [];
    this.#state = trailers ? FIELD : START;
    this.#next = this.#state;
    // A section without a field always fits: 0 allows no trailers, and not no chunked bodies.
    this.#maxBytes = trailers ? Math.max(2, limits.maxTrailerBytes) : limits.maxHeaderBytes;
    this.#most = this.#maxBytes;
  }

  /** A byte other than empty lines was seen. */
  get started(): boolean {
    return this.#next !== START;
  }

  /** Bytes seen, empty lines included. */
  get offset(): number {
    return this.#length;
  }

  /** Scans on, and returns the position after the last byte taken: the end of the section, or the end of the input. */
  scan(input: Uint8Array, start: number, end: number): number {
    const before = this.#length;
    let bytes = input.subarray(start, end);
    if (this.#kept !== null) {
      this.#kept.append(bytes.subarray(0, this.#most + 2 * MAX_EMPTY_LINES));
      bytes = this.#kept.bytes;
    }
    this.#run(bytes);
    if (this.done) this.#text = latin1(bytes, 0, this.#length);
    else if (this.#kept === null && this.error === null) {
      this.#kept = new ByteBuffer(this.#most, 1024);
      this.#kept.append(bytes);
    }
    return start + this.#length - before;
  }

  /** The parts of the start line: method, target and version, or version, status and reason. */
  startLine(): [string, string, string] {
    const [first = 0, second = 0, third = 0] = this.#marks;
    const text = this.#text;
    return [text.slice(this.#start, first), text.slice(first + 1, second), text.slice(second + 1, third)];
  }

  /** Names in lower case and values in turn, in the order they came. */
  fields(): string[] {
    const text = this.#text;
    const marks = this.#marks;
    const fields: string[] = [];
    for (let i = 3; i < marks.length; i += 2) {
      const start = (marks[i - 1] as number) + 2;
      const name = marks[i] as number;
      const value = trim(text, Math.max(start, name + 1), marks[i + 1]);
      if (name < 0) {
        const before = fields.pop() ?? '';
        fields.push(before === '' || value === '' ? before + value : `${before} ${value}`);
      } else fields.push(text.slice(start, name).toLowerCase(), value);
    }
    return fields;
  }

  #fail(message: string, at: number, statusHint = 400): void {
    this.#length = at;
    this.error = fault(message, at, this.#section === 'response' ? undefined : statusHint);
  }

  /** Scans `bytes`, which the section starts. */
  #run(bytes: Uint8Array): void {
    const marks = this.#marks;
    const request = this.#section === 'request';
    let limit = Math.min(bytes.byteLength, this.#most);
    for (let i = this.#length; i < limit; i++) {
      const known = PARTS[this.#state];
      if (known !== undefined) {
        const { bytes: allowed, end } = known;
        while (i < limit && allowed[bytes[i] as number] === 1) i++;
        if (i === limit) break;
        if (bytes[i] !== end || (i === this.#at && end !== CR)) return this.#fail(known.fault, i);
        marks.push(i);
        this.#at = i + 1;
        this.#state = known.next;
        continue;
      }
      const byte = bytes[i] as number;
      const at = i - this.#at;
      switch (this.#state) {
        case START:
          this.#state = LINE_END;
          if (byte === CR) break;
          this.#start = this.#at = i--;
          this.#state = request ? METHOD : VERSION;
          this.#next = FIELD;
          break;
        case LINE_END:
          if (byte !== LF) return this.#fail('a CR without its LF', i);
          this.#state = this.#next;
          if (this.#state === DONE) {
            this.done = true;
            this.#length = i + 1;
            return;
          }
          if (this.#state === START) {
            this.#most += 2;
            if (this.#most > this.#maxBytes + 2 * MAX_EMPTY_LINES)
              return this.#fail('too many empty lines', i);
            limit = Math.min(bytes.byteLength, this.#most);
          }
          break;
        case VERSION:
          if (at < 8) {
            if (at === 5 || at === 7 ? isDigit(byte) : byte === VERSION_NAME.charCodeAt(at)) break;
          } else if (byte === (request ? CR : SP)) {
            // RFC 9110 section 15.6.6; a minor version above 1 is as unknown as a major one.
            if (bytes[i - 3] !== 0x31 || ((bytes[i - 1] as number) | 1) !== 0x31)
              return this.#fail('unknown HTTP version', i, 505);
            marks.push(i);
            this.#at = i + 1;
            this.#state = request ? LINE_END : STATUS;
            break;
          }
          return this.#fail('bad HTTP-version', i);
        case STATUS:
          if (at < 3) {
            // RFC 9112 section 4: three digits; RFC 9110 section 15: the first is not 0.
            if (isDigit(byte) && byte > 0x30 - at) break;
          } else if (byte === SP || byte === CR) {
            marks.push(i);
            this.#state = REASON;
            if (byte === SP) break;
            // RFC 9112 section 4 asks for the space; servers leave it out with the reason.
            i--;
            break;
          }
          return this.#fail('bad status code', i);
        default:
          if (byte === CR) {
            this.#state = LINE_END;
            this.#next = DONE;
          } else if (byte === SP || byte === HT) {
            // RFC 9112 sections 2.2 and 5.2: nothing to fold onto after a start line.
            if (!this.#fold || marks.length === 3)
              return this.#fail('a field line starts with a space (obs-fold)', i);
            marks.push(-1);
            this.#state = VALUE;
          } else {
            if (marks.length >= 3 + 2 * this.#limits.maxHeaderCount)
              return this.#fail('too many fields', i, 431);
            this.#at = i--;
            this.#state = NAME;
          }
      }
    }
    this.#length = limit;
    if (limit === this.#most) this.#tooLong();
  }

  /** RFC 9112 section 3: 501 for a method without an end, 414 for a target without one; RFC 6585 section 5 for the rest. */
  #tooLong(): void {
    const state = this.#state;
    const status = state === METHOD ? 501 : state === TARGET || state === VERSION ? 414 : 431;
    const what = this.#section === 'trailers' ? 'trailers are' : 'head is';
    this.#fail(`the ${what} over ${this.#maxBytes} bytes`, this.#most, status);
  }
}
