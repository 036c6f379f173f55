import { COPY_LIMIT } from '../../bytes/copy-limit.ts';
import { PieceWriter } from '../../bytes/piece-writer.ts';
import * as Flag from './flag.ts';
import * as FrameType from './frame-type.ts';

/** Writes the last octets of a number, most significant first. */
function put(target: Uint8Array, at: number, value: number, octets: number): void {
  for (; octets > 0; value >>>= 8) target[at + --octets] = value;
}

/**
 * Serialises frames (RFC 9113 section 6) into as few pieces as their sizes allow. Small frames share a buffer, whose parts are not written
 * again once taken, but after `reuse`; large DATA goes out as the view that was given.
 *
 * @example
 * ```ts
 * import { FrameWriter } from 'sluice/http2';
 *
 * const writer = new FrameWriter();
 * writer.ping(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), false);
 * writer.take(); // [Uint8Array(17)]
 * ```
 */
export class FrameWriter extends PieceWriter {
  /** The last frame, where it is DATA that more may be joined to: its stream, its size, and where its header stands. */
  #joinable = 0;
  #joined = 0;
  #headerSlab = this.memory;
  #headerAt = 0;

  /** All that was written since the last call, in order. The pieces are the caller's. */
  override take(): Uint8Array[] {
    this.#joinable = 0;
    return super.take();
  }

  /**
   * DATA without padding: a frame, or more of the last one where that is of the same stream and not taken yet. The bytes must fit the
   * peer's SETTINGS_MAX_FRAME_SIZE, and stay as they are until written.
   *
   * @param joinTo - The size in bytes up to which frames are joined. Default: never.
   * @returns Whether it began a frame.
   */
  data(streamId: number, bytes: Uint8Array, endStream: boolean, joinTo = 0): boolean {
    const size = this.#joined + bytes.byteLength;
    const flags = endStream ? Flag.END_STREAM : 0;
    const joins = this.#joinable === streamId && size <= joinTo;
    if (joins) {
      put(this.#headerSlab, this.#headerAt, size, 3);
      this.#headerSlab[this.#headerAt + 4] = flags;
      this.#joined = size;
    } else {
      this.#header(bytes.byteLength, FrameType.DATA, flags, streamId);
      this.#joined = bytes.byteLength;
    }
    this.#joinable = endStream ? 0 : streamId;
    this.raw(bytes);
    return !joins;
  }

  /** A field block, copied: HEADERS and as many CONTINUATION frames as `maxFrameSize` bytes ask for (sections 6.2, 6.10). */
  headers(streamId: number, block: Uint8Array, endStream: boolean, maxFrameSize: number): void {
    let type: number = FrameType.HEADERS;
    let flags: number = endStream ? Flag.END_STREAM : 0;
    let at = 0;
    do {
      const end = Math.min(at + Math.min(maxFrameSize, COPY_LIMIT), block.byteLength);
      if (end === block.byteLength) flags |= Flag.END_HEADERS;
      this.#header(end - at, type, flags, streamId);
      this.raw(block.subarray(at, end));
      at = end;
      type = FrameType.CONTINUATION;
      flags = 0;
    } while (at < block.byteLength);
  }

  /** PRIORITY (section 6.3), which RFC 9113 deprecates. `weight` is the octet on the wire. */
  priority(streamId: number, dependency: number, exclusive: boolean, weight: number): void {
    this.#header(5, FrameType.PRIORITY, 0, streamId, exclusive ? dependency | 0x80000000 : dependency);
    this.raw(Uint8Array.of(weight));
  }

  rstStream(streamId: number, errorCode: number): void {
    this.#header(4, FrameType.RST_STREAM, 0, streamId, errorCode);
  }

  /** SETTINGS with these parameters (section 6.5.1). */
  settings(parameters: Iterable<readonly [id: number, value: number]>): void {
    const list = [...parameters];
    this.#header(6 * list.length, FrameType.SETTINGS, 0, 0);
    for (const [id, value] of list) {
      const at = this.reserve(6);
      put(this.memory, at, id, 2);
      put(this.memory, at + 2, value, 4);
    }
  }

  settingsAck(): void {
    this.#header(0, FrameType.SETTINGS, Flag.ACK, 0);
  }

  /** @param opaque - Eight bytes. */
  ping(opaque: Uint8Array, ack: boolean): void {
    this.#header(8, FrameType.PING, ack ? Flag.ACK : 0, 0);
    this.raw(opaque);
  }

  goAway(lastStreamId: number, errorCode: number, debug: Uint8Array): void {
    this.#header(8 + debug.byteLength, FrameType.GOAWAY, 0, 0, lastStreamId, errorCode);
    this.raw(debug);
  }

  /** @param increment - 1 to 2^31-1 bytes. */
  windowUpdate(streamId: number, increment: number): void {
    this.#header(4, FrameType.WINDOW_UPDATE, 0, streamId, increment);
  }

  /** A frame header, and what of its payload comes in words. */
  #header(length: number, type: number, flags: number, streamId: number, ...words: number[]): void {
    let at = this.reserve(9 + 4 * words.length);
    const slab = this.memory;
    this.#joinable = 0;
    this.#headerSlab = slab;
    this.#headerAt = at;
    put(slab, at, length, 3);
    slab[at + 3] = type;
    slab[at + 4] = flags;
    put(slab, (at += 5), streamId, 4);
    for (const word of words) put(slab, (at += 4), word, 4);
  }
}
