import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { checkFrameHeader } from './check-frame-header.ts';
import { Flag } from './flag.ts';
import type { Frame } from './frame.ts';
import { FrameType } from './frame-type.ts';
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
  readonly #head = new Uint8Array(HEADER);
  #headLength = 0;
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
    for (;;) {
      const frame = this.#frame;
      if (!this.#open) {
        if (!this.#readHeader()) return undefined;
        frame.first = true;
        if (frame.type === FrameType.DATA) {
          if (!this.#readPadLength()) return undefined;
          return this.#dataPiece();
        }
        if (frame.type > FrameType.CONTINUATION && frame.type !== FrameType.PRIORITY_UPDATE) {
          this.#skip = frame.length;
          this.#left = 0;
          this.#open = frame.length > 0;
          frame.payload = EMPTY;
          frame.last = true;
          return frame;
        }
        this.#open = true;
        this.#left = frame.length;
      }
      const here = this.#input.byteLength - this.#at;
      if (frame.type === FrameType.DATA) {
        if (here === 0) return undefined;
        frame.first = false;
        const piece = this.#dataPiece();
        if (piece.payload.byteLength > 0 || piece.last) return piece;
      } else if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, here);
        this.#at += skipped;
        this.#open = (this.#skip -= skipped) > 0;
        if (this.#open) return undefined;
      } else {
        if (!this.#readPayload(here)) return undefined;
        return frame;
      }
    }
  }

  #readHeader(): boolean {
    let head = this.#input;
    let at = this.#at;
    if (this.#headLength > 0 || head.byteLength - at < HEADER) {
      while (this.#headLength < HEADER && this.#at < this.#input.byteLength)
        this.#head[this.#headLength++] = this.#input[this.#at++] ?? 0;
      if (this.#headLength < HEADER) return false;
      head = this.#head;
      at = 0;
    } else this.#at += HEADER;
    const frame = this.#frame;
    frame.length = readUint32(head, at) >>> 8;
    frame.type = head[at + 3] ?? 0;
    frame.flags = head[at + 4] ?? 0;
    frame.streamId = readUint32(head, at + 5) & 0x7fffffff;
    checkFrameHeader(frame.type, frame.flags, frame.streamId, frame.length, this.maxFrameSize);
    this.#headLength = 0;
    // A padded DATA frame waits for one octet more: its header stays gathered until that is there.
    if (frame.type === FrameType.DATA && (frame.flags & Flag.PADDED) !== 0) {
      if (head !== this.#head) this.#head.set(head.subarray(at, at + HEADER));
      this.#headLength = HEADER;
    }
    return true;
  }

  /** RFC 9113 section 6.1: the padding, with its length octet, fits in the payload. */
  #readPadLength(): boolean {
    const frame = this.#frame;
    frame.padding = 0;
    if ((frame.flags & Flag.PADDED) !== 0) {
      if (frame.length === 0)
        throw connectionError(ErrorCode.FRAME_SIZE_ERROR, 'Padded frame has no pad length');
      const pad = this.#input[this.#at];
      if (pad === undefined) return false;
      this.#at++;
      frame.padding = pad + 1;
      if (frame.padding > frame.length)
        throw connectionError(ErrorCode.PROTOCOL_ERROR, 'Padding is over the payload');
    }
    this.#headLength = 0;
    this.#left = frame.length - frame.padding;
    this.#skip = Math.max(0, frame.padding - 1);
    this.#open = true;
    return true;
  }

  #dataPiece(): Frame {
    const frame = this.#frame;
    const taken = Math.min(this.#left, this.#input.byteLength - this.#at);
    frame.payload = taken === 0 ? EMPTY : this.#input.subarray(this.#at, this.#at + taken);
    this.#at += taken;
    this.#left -= taken;
    if (this.#left === 0 && this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#input.byteLength - this.#at);
      this.#at += skipped;
      this.#skip -= skipped;
    }
    this.#open = this.#left > 0 || this.#skip > 0;
    frame.last = !this.#open;
    return frame;
  }

  #readPayload(here: number): boolean {
    const frame = this.#frame;
    const taken = Math.min(this.#left, here);
    if (this.#gathered === undefined && taken === frame.length)
      frame.payload = this.#input.subarray(this.#at, this.#at + taken);
    else {
      this.#gathered ??= new Uint8Array(frame.length);
      this.#gathered.set(this.#input.subarray(this.#at, this.#at + taken), frame.length - this.#left);
      frame.payload = this.#gathered;
    }
    this.#at += taken;
    if ((this.#left -= taken) > 0) return false;
    this.#gathered = undefined;
    this.#open = false;
    frame.last = true;
    return true;
  }
}
