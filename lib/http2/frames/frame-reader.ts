import { fail } from '../fail.ts';
import { checkFrameHeader } from './check-frame-header.ts';
import * as Flag from './flag.ts';
import type { Frame } from './frame.ts';
import * as FrameType from './frame-type.ts';
import { readUint32 } from './read-uint32.ts';

/** What the nine octets of a frame header take. */
const HEADER = 9;
const EMPTY = new Uint8Array(0);

/**
 * Splits a byte stream into frames (RFC 9113 section 4.1), however it was cut.
 *
 * DATA is handed out as views of the input, in the pieces in which it comes: the first piece as soon as the frame
 * header (and the pad length) is there, even if it is empty. Other known frames are whole, and copied only when they
 * were split. Unknown types are given without their payload, which is skipped unread.
 *
 * @example
 * ```ts
 * import { FrameReader } from 'sluice/http2';
 *
 * const reader = new FrameReader(16_384);
 * reader.push(Uint8Array.of(0, 0, 1, 0, 1, 0, 0, 0, 3, 0x61));
 * const frame = reader.next(); // { type: 0, flags: 1, streamId: 3, length: 1, payload: [0x61], first: true, last: true, … }
 * ```
 */
export class FrameReader {
  /** The longest payload taken, in bytes: our SETTINGS_MAX_FRAME_SIZE. */
  maxFrameSize: number;
  readonly #frame: Frame = {
    type: 0,
    flags: 0,
    streamId: 0,
    length: 0,
    padding: 0,
    payload: EMPTY,
    first: true,
    last: true,
  };
  /** The header, and the pad length of DATA. */
  readonly #head = new Uint8Array(HEADER + 1);
  #headLength = 0;
  #headSize = HEADER;
  #input: Uint8Array = EMPTY;
  #at = 0;
  /** A header was read and its frame is not over. */
  #open = false;
  /** Octets to come of the payload (DATA: of its data), and of the padding or an unknown payload. */
  #left = 0;
  #skip = 0;
  #gathered: Uint8Array | undefined;

  constructor(maxFrameSize: number) {
    this.maxFrameSize = maxFrameSize;
  }

  /** Gives the next bytes; the last ones must have been used up (`next()` gave undefined). */
  push(bytes: Uint8Array): void {
    this.#input = bytes;
    this.#at = 0;
  }

  /**
   * @returns The next frame or piece, valid until the next call; undefined when more bytes are needed.
   * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: FRAME_SIZE_ERROR or PROTOCOL_ERROR. The reader is of no use after it.
   */
  next(): Frame | undefined {
    const frame = this.#frame;
    if (this.#open) frame.first = frame.type !== FrameType.DATA;
    else if (!this.#skipOver() || !this.#readHeader()) return undefined;
    if (frame.type === FrameType.DATA) return this.#readData();
    if (this.#skip === 0) return this.#readPayload();
    frame.payload = EMPTY;
    this.#open = false;
    return frame;
  }

  #readHeader(): boolean {
    const head = this.#head;
    while (this.#headLength < this.#headSize) {
      if (this.#at === this.#input.byteLength) return false;
      head[this.#headLength++] = this.#input[this.#at++] ?? 0;
      if (this.#headLength === HEADER) this.#headSize += this.#parseHeader();
    }
    const frame = this.#frame;
    const { type, length } = frame;
    const unknown = type > FrameType.CONTINUATION && type !== FrameType.PRIORITY_UPDATE;
    frame.padding = this.#headSize === HEADER ? 0 : (head[HEADER] ?? 0) + 1;
    // RFC 9113 section 6.1: the padding, with its length octet, fits in the payload.
    if (frame.padding > length) fail('Padding is too long');
    this.#skip = unknown ? length : Math.max(0, frame.padding - 1);
    this.#left = unknown ? 0 : length - frame.padding;
    this.#headLength = 0;
    this.#headSize = HEADER;
    this.#open = true;
    frame.first = true;
    frame.last = true;
    return true;
  }

  /** @returns How many octets more are needed: the pad length of DATA. */
  #parseHeader(): 0 | 1 {
    const head = this.#head;
    const frame = this.#frame;
    frame.length = readUint32(head, 0) >>> 8;
    frame.type = head[3] ?? 0;
    frame.flags = head[4] ?? 0;
    frame.streamId = readUint32(head, 5) & 0x7fffffff;
    checkFrameHeader(frame.type, frame.flags, frame.streamId, frame.length, this.maxFrameSize);
    return frame.type === FrameType.DATA && (frame.flags & Flag.PADDED) !== 0 ? 1 : 0;
  }

  /** @returns Whether nothing is left to skip. */
  #skipOver(): boolean {
    const skipped = Math.min(this.#skip, this.#input.byteLength - this.#at);
    this.#at += skipped;
    this.#skip -= skipped;
    return this.#skip === 0;
  }

  /** What is here of the payload that is to come. */
  #taken(): Uint8Array {
    const bytes = this.#input.subarray(this.#at, this.#at + this.#left);
    this.#at += bytes.byteLength;
    this.#left -= bytes.byteLength;
    return bytes;
  }

  #readData(): Frame | undefined {
    const frame = this.#frame;
    frame.payload = this.#taken();
    frame.last = this.#left === 0 && this.#skipOver();
    this.#open = !frame.last;
    return frame.first || frame.last || frame.payload.byteLength > 0 ? frame : undefined;
  }

  #readPayload(): Frame | undefined {
    const frame = this.#frame;
    const at = frame.length - this.#left;
    let payload = this.#taken();
    if (payload.byteLength < frame.length) {
      this.#gathered ??= new Uint8Array(frame.length);
      this.#gathered.set(payload, at);
      payload = this.#gathered;
    }
    if (this.#left > 0) return undefined;
    this.#gathered = undefined;
    this.#open = false;
    frame.payload = payload;
    return frame;
  }
}
