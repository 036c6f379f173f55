import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { latin1 } from '../bytes/latin1.ts';
import type { ProtocolError } from '../errors/protocol-error.ts';
import { CR, isSpace, LF, TARGET_BYTES, TOKEN_BYTES, VALUE_BYTES } from './chars.ts';
import { fault } from './fault.ts';
import type { Http1Limits } from './limits.ts';
import { trim } from './trim.ts';

/** What a scanner reads: a request head, a response head or a trailer section. */
export type Section = 'request' | 'response' | 'trailers';

export interface FieldScannerOptions extends Http1Limits {
  /** obs-fold becomes a space (responses) instead of a fault (requests): RFC 9112 section 5.2. Default false. */
  readonly fold?: boolean;
}

const SP = 0x20;

// What the next byte belongs to; those that are parts of their own first.
const METHOD = 0;
const TARGET = 1;
const REASON = 2;
const NAME = 3;
const VALUE = 4;
const PROTOCOL = 5;
const START = 6;
const FIELD = 7;
const LINE_END = 8;
const DONE = 9;

/** Parts of any length: the bytes one may have, the one that ends it, what comes then. All but those up to a CR have at least one byte. */
const PARTS: readonly (readonly [bytes: Uint8Array, end: number, next: number, name: string])[] = [
  [TOKEN_BYTES, SP, TARGET, 'method'],
  [TARGET_BYTES, SP, PROTOCOL, 'request-target'],
  [VALUE_BYTES, CR, LINE_END, 'reason phrase'],
  // RFC 9112 section 5.1: no space before the colon.
  [TOKEN_BYTES, 0x3a, VALUE, 'field name'],
  [VALUE_BYTES, CR, LINE_END, 'field value'],
];

// A version, and what it ends with or a status code; digits stand for those from them on (RFC 9110 section 15: no status begins with 0).
const REQUEST_PROTOCOL = 'HTTP/0.0\r';
const RESPONSE_PROTOCOL = 'HTTP/0.0 100 ';

const EMPTY_LINES = 4 * 2; // bytes; llhttp takes any number, Go none, nginx any; RFC 9112 section 2.2 asks for at least one

/**
 * Scans one section byte by byte and remembers where its parts end, each byte once however the input was cut. The bytes
 * are read in place while a section is whole in one input, and copied (once) when it is not.
 */
export class FieldScanner {
  done = false;
  error: ProtocolError | null = null;

  readonly #section: Section;
  readonly #options: FieldScannerOptions;
  readonly #base: number;
  readonly #maxBytes: number;
  /** The end of the start line, then of each name (for a folded line the byte before it) and of its value. */
  readonly #marks: number[] = [];
  #state = START;
  #next = START; // the state after the CRLF in hand
  #length = 0; // bytes scanned
  #start = EMPTY_LINES; // after the empty lines: until they are over, where it is at the latest
  #at = 0; // the start of the part in hand
  #kept: ByteBuffer | null = null; // the section so far, when it came in pieces
  #text = '';

  /** @param base What the offsets of faults count from. */
  constructor(section: Section, options: FieldScannerOptions, base = 0) {
    this.#section = section;
    this.#options = options;
    this.#base = base;
    this.#maxBytes = options.maxHeaderBytes;
    if (section === 'trailers') {
      // A section without a field always fits: 0 allows no trailers, and not no chunked bodies.
      this.#maxBytes = Math.max(2, options.maxTrailerBytes);
      this.#start = 0;
      this.#state = this.#next = FIELD;
      // Fields begin two bytes, CRLF, after the last mark.
      this.#marks.push(-2);
    }
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
      this.#kept.append(bytes.subarray(0, this.#start + this.#maxBytes));
      bytes = this.#kept.bytes;
    }
    this.#run(bytes);
    if (this.done) this.#text = latin1(bytes.subarray(0, this.#length));
    else if (this.#kept === null) {
      this.#kept = new ByteBuffer(this.#maxBytes, 1024);
      this.#kept.append(bytes);
    }
    return start + this.#length - before;
  }

  /** Without its CRLF. */
  get startLine(): string {
    return this.#text.slice(this.#start, this.#marks[0]);
  }

  /** Names in lower case and values in turn, in the order they came. */
  fields(): string[] {
    const text = this.#text;
    const marks = this.#marks;
    const fields: string[] = [];
    for (let i = 1; i < marks.length; i += 2) {
      const start = (marks[i - 1] as number) + 2;
      const name = marks[i] as number;
      const value = trim(text, name + 1, marks[i + 1]);
      if (name < start) fields.push(trim(`${fields.pop()} ${value}`));
      else fields.push(text.slice(start, name).toLowerCase(), value);
    }
    return fields;
  }

  #fail(message: string, at: number, statusHint = 400): void {
    this.#length = at;
    this.error = fault(message, this.#section === 'response' ? null : statusHint, this.#base + at);
  }

  /** Scans `bytes`, which the section starts. */
  #run(bytes: Uint8Array): void {
    const marks = this.#marks;
    const request = this.#section === 'request';
    const form = request ? REQUEST_PROTOCOL : RESPONSE_PROTOCOL;
    const maxBytes = this.#maxBytes;
    let limit = Math.min(bytes.byteLength, this.#start + maxBytes);
    for (let i = this.#length; i < limit; i++) {
      const part = PARTS[this.#state];
      if (part !== undefined) {
        const allowed = part[0];
        const end = part[1];
        while (i < limit && allowed[bytes[i] as number] === 1) i++;
        if (i === limit) break;
        if (bytes[i] !== end || (i === this.#at && end !== CR))
          return this.#fail(`bad byte in the ${part[3]}`, i);
        if (end !== SP) marks.push(i);
        this.#at = i + 1;
        this.#state = part[2];
        continue;
      }
      const byte = bytes[i] as number;
      switch (this.#state) {
        case START:
          if (byte === CR) {
            if (i === EMPTY_LINES) return this.#fail('too many empty lines', i);
            this.#state = LINE_END;
            break;
          }
          this.#state = request ? METHOD : PROTOCOL;
          this.#next = FIELD;
          this.#start = i;
          limit = Math.min(bytes.byteLength, i + maxBytes);
          i--;
          break;
        case LINE_END:
          if (byte !== LF) return this.#fail('a CR without its LF', i);
          this.#at = i + 1;
          this.#state = this.#next;
          if (this.#state !== DONE) break;
          this.done = true;
          this.#length = this.#at;
          return;
        case PROTOCOL: {
          const at = i - this.#at;
          const wanted = form.charCodeAt(at);
          const digit = wanted === 0x30 || wanted === 0x31;
          // RFC 9112 section 4 asks for the space after a status; servers leave it out with the reason.
          if (digit ? byte < wanted || byte > 0x39 : byte !== wanted && (at < 12 || byte !== CR))
            return this.#fail(`bad byte in the ${at < 9 ? 'HTTP-version' : 'status code'}`, i);
          // RFC 9110 section 15.6.6; a minor version above 1 is as unknown as a major one.
          if (at === 8 && (bytes[i - 3] !== 0x31 || ((bytes[i - 1] as number) | 1) !== 0x31))
            return this.#fail('unknown HTTP version', i, 505);
          if (at + 1 === form.length) {
            this.#state = REASON;
            i--;
          }
          break;
        }
        default:
          if (byte === CR) {
            this.#state = LINE_END;
            this.#next = DONE;
          } else if (isSpace(byte)) {
            // RFC 9112 sections 2.2 and 5.2: nothing to fold onto after a start line.
            if (!this.#options.fold || marks.length === 1) return this.#fail('a folded field line', i);
            marks.push(i - 1);
            this.#state = VALUE;
          } else {
            if (marks.length > 2 * this.#options.maxHeaderCount) return this.#fail('too many fields', i, 431);
            i--;
            this.#state = NAME;
          }
      }
    }
    this.#length = limit;
    if (limit < this.#start + maxBytes) return;
    // RFC 9112 section 3: 501 for a method without an end, 414 for a target without one; RFC 6585 section 5 for the rest.
    const state = this.#state;
    const status = state === METHOD ? 501 : state === TARGET || state === PROTOCOL ? 414 : 431;
    const what = this.#section === 'trailers' ? 'trailers' : 'a head';
    this.#fail(`${what} of more than ${maxBytes} bytes`, limit, status);
  }
}
