import { owned } from '../body/owned.ts';
import { concat } from '../bytes/concat.ts';

/** The memory that small pieces are joined in: at first, and at most. */
const SMALLEST = 512;
const LARGEST = 16 * 1024;
/** The framing between two pieces: an HTTP/2 frame header, or what is between two chunks of up to 1 MiB. */
const FRAMING = 9;

/** What was received of a body and is not read yet. Pieces are joined, so that many small ones cost what one does. */
export class ReceivedPieces {
  byteLength = 0;
  readonly #gives: boolean;
  #queue: Uint8Array[] = [];
  /** Pieces at the end of the queue that are views of the read under way, and their bytes. */
  #fresh = 0;
  #freshBytes = 0;
  /** The last piece of the queue before the fresh ones is in memory of ours. */
  #own = false;

  /** @param gives The transport gives its chunks away: a whole one may be handed on. */
  constructor(gives: boolean) {
    this.#gives = gives;
  }

  /** Takes in a view of what was read; `settle()` must follow in the same turn. */
  push(piece: Uint8Array): void {
    this.#queue.push(piece);
    this.byteLength += piece.byteLength;
    this.#fresh++;
    this.#freshBytes += piece.byteLength;
  }

  /**
   * Takes out up to `most` bytes, in one piece that holds on to little else. A read that is all of it but for framing is that
   * piece: the framing is squeezed out where it is.
   */
  shift(most: number): Uint8Array {
    const queue = this.#queue;
    const first = queue[0] as Uint8Array<ArrayBuffer>;
    const { buffer, byteOffset } = first;
    const { byteLength } = buffer;
    let ours = this.#gives && byteLength >= LARGEST;
    let end = 0;
    let count = 0;
    let bytes = 0;
    for (const piece of queue) {
      if (count > 0 && (bytes + piece.byteLength > most || (ours && end === byteLength))) break;
      ours &&= piece.buffer === buffer && piece.byteOffset <= end + FRAMING;
      end = piece.byteOffset + piece.byteLength;
      bytes += piece.byteLength;
      count++;
    }
    ours &&= end === byteLength;
    const whole = count === 1 && 2 * bytes >= byteLength && (bytes < byteLength || this.#gives);
    const part = whole
      ? first
      : concat(queue.slice(0, count), bytes, ours ? new Uint8Array(buffer, byteOffset, bytes) : undefined);
    if (ours) owned.add(part);
    this.#taken(count, bytes);
    return part;
  }

  /** Takes out as much as fits into `view`. Returns how many bytes that is. */
  fill(view: Uint8Array): number {
    const queue = this.#queue;
    let at = 0;
    let taken = 0;
    for (const piece of queue) {
      const room = view.byteLength - at;
      if (piece.byteLength > room) {
        view.set(piece.subarray(0, room), at);
        queue[taken] = piece.subarray(room);
        at += room;
        break;
      }
      view.set(piece, at);
      at += piece.byteLength;
      taken++;
    }
    this.#taken(taken, at);
    return at;
  }

  /** A read is over. What is left of it stays as views where they are most of it, else in memory of ours. */
  settle(): void {
    const queue = this.#queue;
    const count = this.#fresh;
    const bytes = this.#freshBytes;
    this.#fresh = this.#freshBytes = 0;
    const last = queue[queue.length - 1];
    if (count === 0 || last === undefined) return;
    if (2 * bytes >= last.buffer.byteLength) {
      this.#own = false;
      return;
    }
    const pieces = queue.splice(queue.length - count, count);
    let size = 0;
    for (const piece of pieces) size += piece.byteLength;
    let tail = this.#own ? queue.pop() : undefined;
    if (tail !== undefined && tail.byteOffset + tail.byteLength + size > tail.buffer.byteLength) {
      queue.push(tail);
      tail = undefined;
    }
    if (tail === undefined) {
      const room = Math.max(size, Math.min(Math.max(2 * size, SMALLEST, this.byteLength >> 1), LARGEST));
      tail = new Uint8Array(new ArrayBuffer(room), 0, 0);
    }
    const memory = new Uint8Array(tail.buffer);
    let at = tail.byteOffset + tail.byteLength;
    for (const piece of pieces) {
      memory.set(piece, at);
      at += piece.byteLength;
    }
    queue.push(memory.subarray(tail.byteOffset, at));
    this.#own = true;
  }

  clear(): void {
    this.#queue = [];
    this.byteLength = this.#fresh = this.#freshBytes = 0;
    this.#own = false;
  }

  #taken(count: number, bytes: number): void {
    const queue = this.#queue;
    if (count === queue.length) return this.clear();
    queue.splice(0, count);
    this.byteLength -= bytes;
    this.#fresh = Math.min(this.#fresh, queue.length);
  }
}
