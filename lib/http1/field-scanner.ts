import type { ProtocolError } from '../errors/protocol-error.ts';
import { TARGET_BYTES, TOKEN_BYTES, VALUE_BYTES } from './chars.ts';
import { fault } from './fault.ts';
import { latin1 } from './latin1.ts';

/** What a scanner reads: a request head, a response head or a trailer section. */
export type Section = 'request' | 'response' | 'trailers';

export interface FieldScannerOptions {
  readonly section: Section;
  readonly maxBytes: number;
  readonly maxCount: number;
  /** obs-fold becomes a space (responses) instead of a fault (requests): RFC 9112 section 5.2. */
  readonly fold: boolean;
}

const HT = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

// What the next byte belongs to.
const START = 0;
const EMPTY_LF = 1;
const METHOD = 2;
const TARGET = 3;
const VERSION = 4;
const STATUS = 5;
const REASON = 6;
const LINE_LF = 7;
const FIELD = 8;
const NAME = 9;
const VALUE_START = 10;
const VALUE = 11;
const VALUE_LF = 12;
const LAST_LF = 13;

const MAX_EMPTY_LINES = 4; // llhttp takes any number, Go none, nginx any; RFC 9112 section 2.2 asks for at least one
const VERSION_PREFIX = [0x48, 0x54, 0x54, 0x50, 0x2f]; // HTTP/

/** d: a digit; .: a dot. The rest of an HTTP-version after its name (RFC 9112 section 2.3). */
function versionByte(at: number, byte: number): boolean {
  if (at < 5) return byte === VERSION_PREFIX[at];
  return at === 6 ? byte === 0x2e : byte >= 0x30 && byte <= 0x39;
}

/**
 * Scans one section byte by byte and remembers where its parts are, each byte once however the input was cut. The bytes
 * are read in place while a section is whole in one input, and copied (once) when it is not.
 */
export class FieldScanner {
  done = false;
  error: ProtocolError | null = null;
  /** A byte other than skipped empty lines was seen. */
  started = false;

  readonly #section: Section;
  readonly #maxBytes: number;
  readonly #maxCount: number;
  readonly #fold: boolean;
  #state: number;
  #emptyLines = 0;
  #skipped = 0; // bytes of empty lines
  #kept: Uint8Array | null = null; // the section so far, when it came in pieces
  #length = 0; // bytes of the section scanned
  #at = 0; // the start of the part in hand, from the section's start
  #nameEnd = 0;
  #method = 0; // the end of the method
  #target = 0; // the end of the target
  #line = 0; // the end of the start line
  readonly #fields: number[] = []; // name start, name end, value start, value end; a name start of -1 is a folded line
  #text = '';

  constructor(options: FieldScannerOptions) {
    this.#section = options.section;
    this.#maxBytes = options.maxBytes;
    this.#maxCount = options.maxCount;
    this.#fold = options.fold;
    this.#state = options.section === 'trailers' ? FIELD : START;
  }

  /** Scans on, and returns the position after the last byte taken: the end of the section, or the end of the input. */
  scan(input: Uint8Array, start: number, end: number): number {
    let from = start;
    if (!this.started && this.#state <= EMPTY_LF) {
      from = this.#skipEmptyLines(input, start, end);
      if (from === end || this.error !== null) return from;
    }
    if (this.#kept === null) {
      const length = this.#run(input, from, Math.min(end - from, this.#maxBytes));
      if (this.done) this.#text = latin1(input, from, from + length);
      else if (this.error === null) this.#keep(input, from, end);
      return from + length;
    }
    const before = this.#length;
    this.#keep(input, from, end);
    const length = this.#run(this.#kept, 0, Math.min(before + end - from, this.#maxBytes));
    if (this.done) this.#text = latin1(this.#kept, 0, length);
    return from + length - before;
  }

  /** The parts of a start line; `''` where there is none. */
  startLine(): [string, string, string] {
    const text = this.#text;
    if (this.#section === 'request') {
      return [
        text.slice(0, this.#method),
        text.slice(this.#method + 1, this.#target),
        text.slice(this.#target + 6, this.#line),
      ];
    }
    return [text.slice(5, 8), text.slice(9, 12), text.slice(13, Math.max(13, this.#line))];
  }

  /** Names in lower case and values in turn, in the order they came. */
  fields(): string[] {
    const text = this.#text;
    const marks = this.#fields;
    const fields: string[] = [];
    for (let i = 0; i < marks.length; i += 4) {
      const value = text.slice(marks[i + 2], marks[i + 3]);
      if (marks[i] === -1) {
        const before = fields.pop() ?? '';
        fields.push(before === '' || value === '' ? before + value : `${before} ${value}`);
      } else fields.push(text.slice(marks[i], marks[i + 1]).toLowerCase(), value);
    }
    return fields;
  }

  /** Bytes seen, skipped empty lines included. */
  get offset(): number {
    return this.#skipped + this.#length;
  }

  #skipEmptyLines(input: Uint8Array, start: number, end: number): number {
    let i = start;
    for (; i < end; i++) {
      const byte = input[i] as number;
      if (this.#state === EMPTY_LF) {
        if (byte !== LF) return start + this.#fail('a CR without its LF', i - start);
        if (++this.#emptyLines > MAX_EMPTY_LINES)
          return start + this.#fail('too many empty lines', i - start);
        this.#state = START;
      } else if (byte === CR) this.#state = EMPTY_LF;
      else break;
    }
    this.#skipped += i - start;
    return i;
  }

  #keep(input: Uint8Array, start: number, end: number): void {
    const kept = this.#kept;
    const used = kept === null ? 0 : this.#length;
    const length = Math.min(used + end - start, this.#maxBytes);
    let room = kept;
    if (room === null || room.byteLength < length) {
      room = new Uint8Array(Math.min(this.#maxBytes, Math.max(1024, 2 * length)));
      if (kept !== null) room.set(kept.subarray(0, used));
      this.#kept = room;
    }
    room.set(input.subarray(start, start + length - used), used);
  }

  #fail(message: string, at: number, statusHint = 400): number {
    const request = this.#section === 'response' ? undefined : statusHint;
    this.error = fault(message, this.#skipped + at, request);
    return at;
  }

  /** Scans `bytes` (the section starts at `base`) up to the section's byte `limit`; returns the bytes of the section taken. */
  #run(bytes: Uint8Array, base: number, limit: number): number {
    const end = base + limit;
    let i = base + this.#length;
    let state = this.#state;
    while (i < end) {
      const byte = bytes[i] as number;
      switch (state) {
        case START:
          this.started = true;
          this.#at = 0;
          state = this.#section === 'request' ? METHOD : VERSION;
          continue;
        case METHOD:
          while (i < end && TOKEN_BYTES[bytes[i] as number] === 1) i++;
          if (i === end) break;
          if (bytes[i] !== SP || i === base) return this.#fail('a method must be a token', i - base);
          this.#method = i++ - base;
          state = TARGET;
          break;
        case TARGET:
          while (i < end && TARGET_BYTES[bytes[i] as number] === 1) i++;
          if (i === end) break;
          if (bytes[i] !== SP || i - base === this.#method + 1)
            return this.#fail('a request-target is missing or has a byte outside of visible ASCII', i - base);
          this.#target = i++ - base;
          this.#at = i - base;
          state = VERSION;
          break;
        case VERSION: {
          const at = i - base - this.#at;
          if (at === 8) {
            if (byte !== (this.#section === 'request' ? CR : SP))
              return this.#fail('bad HTTP-version', i - base);
            const major = bytes[i - 3];
            const minor = bytes[i - 1];
            // RFC 9110 section 15.6.6; a minor version above 1 is as unknown as a major one.
            if (major !== 0x31 || (minor !== 0x30 && minor !== 0x31))
              return this.#fail('unknown HTTP version', i - base, 505);
            this.#line = i - base;
            state = byte === CR ? LINE_LF : STATUS;
            this.#at = ++i - base;
            break;
          }
          if (!versionByte(at, byte)) return this.#fail('bad HTTP-version', i - base);
          i++;
          break;
        }
        case STATUS: {
          const at = i - base - this.#at;
          if (at < 3) {
            // RFC 9112 section 4: three digits; RFC 9110 section 15: the first is not 0.
            if (byte < 0x30 || byte > 0x39 || (at === 0 && byte === 0x30))
              return this.#fail('bad status code', i - base);
          } else if (byte === SP) {
            state = REASON;
          } else if (byte === CR) {
            // RFC 9112 section 4 asks for the space; servers leave it out with the reason.
            this.#line = i - base;
            state = LINE_LF;
          } else return this.#fail('bad status code', i - base);
          i++;
          break;
        }
        case REASON:
          while (i < end && VALUE_BYTES[bytes[i] as number] === 1) i++;
          if (i === end) break;
          if (bytes[i] !== CR) return this.#fail('bad byte in a reason phrase', i - base);
          this.#line = i++ - base;
          state = LINE_LF;
          break;
        case LINE_LF:
          if (byte !== LF) return this.#fail('a CR without its LF', i - base);
          i++;
          state = FIELD;
          break;
        case FIELD:
          if (byte === CR) {
            state = LAST_LF;
            i++;
          } else if (byte === SP || byte === HT) {
            // RFC 9112 sections 2.2 and 5.2: nothing to fold onto after a start line.
            if (!this.#fold || this.#fields.length === 0)
              return this.#fail('a field line starts with a space (obs-fold)', i - base);
            this.#at = -1;
            this.#nameEnd = -1;
            state = VALUE_START;
          } else {
            if (this.#fields.length >= 4 * this.#maxCount)
              return this.#fail('too many fields', i - base, 431);
            this.#at = i - base;
            state = NAME;
          }
          break;
        case NAME:
          while (i < end && TOKEN_BYTES[bytes[i] as number] === 1) i++;
          if (i === end) break;
          // RFC 9112 section 5.1: no space before the colon.
          if (bytes[i] !== 0x3a || i - base === this.#at)
            return this.#fail('a field name must be a token', i - base);
          this.#nameEnd = i++ - base;
          this.#fields.push(this.#at, this.#nameEnd);
          state = VALUE_START;
          break;
        case VALUE_START:
          if (byte === SP || byte === HT) {
            i++;
            break;
          }
          if (this.#at === -1) this.#fields.push(-1, -1);
          this.#at = i - base;
          state = VALUE;
          break;
        case VALUE: {
          while (i < end && VALUE_BYTES[bytes[i] as number] === 1) i++;
          if (i === end) break;
          if (bytes[i] !== CR) return this.#fail('bad byte in a field value', i - base);
          let last = i;
          while (last - base > this.#at && (bytes[last - 1] === SP || bytes[last - 1] === HT)) last--;
          this.#fields.push(this.#at, last - base);
          i++;
          state = VALUE_LF;
          break;
        }
        case VALUE_LF:
          if (byte !== LF) return this.#fail('a CR without its LF', i - base);
          i++;
          state = FIELD;
          break;
        default:
          if (byte !== LF) return this.#fail('a CR without its LF', i - base);
          this.done = true;
          this.#length = i + 1 - base;
          return this.#length;
      }
    }
    this.#state = state;
    this.#length = limit;
    return limit < this.#maxBytes ? limit : this.#tooLong(state);
  }

  /** RFC 9112 section 3: 501 for a method without an end, 414 for a target without one; RFC 6585 section 5 for the rest. */
  #tooLong(state: number): number {
    const status = state === METHOD ? 501 : state === TARGET || state === VERSION ? 414 : 431;
    const what = this.#section === 'trailers' ? 'trailers' : 'head';
    return this.#fail(`the ${what} is over ${this.#maxBytes} bytes`, this.#maxBytes, status);
  }
}
