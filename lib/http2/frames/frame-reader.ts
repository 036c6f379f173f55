import { ByteBuffer } from '../../bytes/byte-buffer.ts';
import { fail } from '../fail.ts';
import { checkFrameHeader } from './check-frame-header.ts';
import type { Frame } from './frame.ts';
import * as FrameType from './frame-type.ts';
import { readUint32 } from './read-uint32.ts';

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
  #input: Uint8Array = EMPTY;
  #at = 0;
  /** The beginning of what was split. */
  readonly #held = new ByteBuffer();
  /** The header was read, but not the pad length that comes next. */
  #padded = false;
  /** Both were read, and the frame is not over. */
  #open = false;
  /** Octets to come of the payload (DATA: of its data), and to be skipped after it. */
  #left = 0;
  #skip = 0;

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
    else if (!this.#readHeader()) return undefined;
    if (frame.type === FrameType.DATA) {
      frame.payload = this.#piece(this.#left);
      this.#left -= frame.payload.byteLength;
      frame.last = this.#left === 0 && this.#skipOver();
      this.#open = !frame.last;
      return frame.first || frame.last || frame.payload.byteLength > 0 ? frame : undefined;
    }
    const payload = this.#whole(this.#left);
    if (payload === undefined) return undefined;
    frame.payload = payload;
    this.#open = false;
    return frame;
  }

  #readHeader(): boolean {
    const frame = this.#frame;
    if (!this.#padded) {
      if (!this.#skipOver()) return false;
      let head: Uint8Array | undefined = this.#input;
      let at = this.#at;
      if (this.#held.byteLength === 0 && at + 9 <= head.byteLength) this.#at += 9;
      else {
        head = this.#whole(9);
        if (head === undefined) return false;
        at = 0;
      }
      frame.length = readUint32(head, at) >>> 8;
      frame.type = head[at + 3] ?? 0;
      frame.flags = head[at + 4] ?? 0;
      frame.streamId = readUint32(head, at + 5) & 0x7fffffff;
      frame.padding = 0;
      frame.first = frame.last = true;
      this.#padded = checkFrameHeader(frame, this.maxFrameSize);
      const { type, length } = frame;
      const unknown = type > FrameType.CONTINUATION && type !== FrameType.PRIORITY_UPDATE;
      this.#left = unknown ? 0 : length;
      this.#skip = length - this.#left;
    }
    if (this.#padded) {
      const octet = this.#whole(1);
      if (octet === undefined) return false;
      this.#padded = false;
      this.#skip = octet[0] ?? 0;
      frame.padding = this.#skip + 1;
      this.#left -= frame.padding;
      // RFC 9113 section 6.1: the padding, with its length octet, fits in the payload.
      if (this.#left < 0) fail('Padding is too long');
    }
    this.#open = true;
    return true;
  }

  /** What is here of the next octets, at most `size`. */
  #piece(size: number): Uint8Array {
    // A view costs more than all the rest.
    if (size === 0 || this.#at === this.#input.byteLength) return EMPTY;
    const bytes = this.#input.subarray(this.#at, this.#at + size);
    this.#at += bytes.byteLength;
    return bytes;
  }

  /** The next `size` octets, once they are here; copied only where they were split. */
  #whole(size: number): Uint8Array | undefined {
    const held = this.#held;
    const bytes = this.#piece(size - held.byteLength);
    if (bytes.byteLength === size) return bytes;
    held.append(bytes);
    return held.byteLength < size ? undefined : held.take();
  }

  /** @returns Whether nothing is left to skip. */
  #skipOver(): boolean {
    this.#skip -= this.#piece(this.#skip).byteLength;
    return this.#skip === 0;
  }
}
