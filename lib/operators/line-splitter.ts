import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';

/** Bytes of a chunk that are decoded at once, so that a huge chunk is not there a second time as text. */
const windowSize = 65_536;

const lf = 10;
const cr = 13;

/** Bytes in, lines out. */
export class LineSplitter {
  /** Set once a line is too long: comes after the lines before it. */
  failure: LimitExceededError | undefined;
  ended = false;

  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #first = true;
  #lines: string[] = [];
  #at = 0;
  /** What is left of the chunk in hand. */
  #rest = new Uint8Array(0);
  /** The start of a line, copied. */
  readonly #start: ByteBuffer;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#start = new ByteBuffer(maxBytes + 1);
  }

  put(chunk: Uint8Array | null): void {
    if (chunk) {
      this.#rest = chunk as Uint8Array<ArrayBuffer>;
      return;
    }
    this.ended = true;
    if (this.#start.byteLength) this.#decode(new Uint8Array(0));
  }

  /** The next line, undefined when there is none in what was put in. */
  next(): string | undefined {
    while (this.#at === this.#lines.length) {
      if (this.#rest.byteLength === 0 || this.failure) return undefined;
      this.#split();
    }
    return this.#lines[this.#at++];
  }

  #split(): void {
    const part = this.#rest.subarray(0, windowSize);
    this.#rest = this.#rest.subarray(part.byteLength);
    // Most often all of it together is shorter than one line may be.
    const whole = this.#start.byteLength + part.byteLength > this.#maxBytes ? this.#within(part) : part;
    const end = whole.lastIndexOf(lf);
    if (end >= 0) this.#decode(whole.subarray(0, end));
    if (!this.failure) this.#start.append(part.subarray(end + 1));
  }

  /** What comes before the first line that is too long. */
  #within(part: Uint8Array): Uint8Array {
    let held = this.#start.byteLength;
    let from = 0;
    for (;;) {
      const found = part.indexOf(lf, from);
      const end = found < 0 ? part.byteLength : found;
      const length = held + end - from;
      const last = end > from ? part[end - 1] : this.#start.bytes[held - 1];
      if (length - Number(last === cr) > this.#maxBytes) {
        this.failure = new LimitExceededError(this.#maxBytes, length);
        return part.subarray(0, from);
      }
      if (found < 0) return part;
      from = found + 1;
      held = 0;
    }
  }

  /** The start of a line and the bytes up to the LF of another, which is left out. */
  #decode(bytes: Uint8Array): void {
    let text = this.#start.byteLength ? this.#decoder.decode(this.#start.take(), { stream: true }) : '';
    text += this.#decoder.decode(bytes);
    if (this.#first && text.startsWith('\uFEFF')) text = text.slice(1);
    this.#first = false;
    // What is left at the end is a line only if there is something in it.
    this.#lines = this.ended && text === '' ? [] : text.split('\n');
    this.#at = 0;
    if (!text.includes('\r')) return;
    const { length } = this.#lines;
    for (let i = 0; i < length; i++) {
      const line = this.#lines[i] as string;
      if (line.endsWith('\r') && !(this.ended && i === length - 1)) this.#lines[i] = line.slice(0, -1);
    }
  }
}
