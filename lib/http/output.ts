import type { Clock } from '../body/clock.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { Lull } from './lull.ts';
import type { Transport } from './transport.ts';
import { writeDeadline } from './write-deadline.ts';

/** Up to here copying a piece costs less than handing it over on its own. */
const COPY_LIMIT = 8 * 1024;
/** More than the drivers join, so that a batch is one piece. */
const SLAB = 128 * 1024;

let slab: Uint8Array | null = null;
let used = 0;

/**
 * The sending half of a connection: joins small pieces, so that a head, a chunk's size and its data go out as one write. They
 * are copied into slabs that all connections share; a part of one is used again only when the transport is done with it.
 */
export class Output {
  /** Bytes that `flush` will write. */
  pending = 0;
  /** Those of them that are of a body: its sender counts them. */
  held = 0;
  bytesWritten = 0;
  /** The transport has no room; fulfils when it has. */
  blocked: Promise<void> | null = null;
  /** A write that failed, or took longer than `timeout`. */
  onFail: (error: unknown) => void = () => {};
  readonly #io: Transport;
  readonly #clock: Clock;
  readonly #timeout: number | undefined;
  #pieces: Uint8Array[] = [];
  #slab: Uint8Array | null = null;
  #start = 0;
  #end = 0;
  readonly #lull: Lull;

  /** @param timeout ms for a write to be taken. Default: any time. */
  constructor(io: Transport, clock: Clock, timeout?: number) {
    this.#io = io;
    this.#clock = clock;
    this.#timeout = timeout;
    this.#lull = new Lull(io, () => this.send());
  }

  add(piece: Uint8Array): void {
    const size = piece.byteLength;
    if (size > COPY_LIMIT) {
      this.pending += size;
      this.#cut();
      this.#pieces.push(piece);
      return;
    }
    const room = this.#take(size);
    room.set(piece, used - size);
  }

  /** Adds one chunk in the chunked transfer coding (RFC 9112 section 7.1). It must not be empty: that would be the last. */
  addChunk(chunk: Uint8Array): void {
    this.addText(`${chunk.byteLength.toString(16)}\r\n`);
    this.add(chunk);
    this.addText('\r\n');
  }

  /** Adds text, one character to one byte. */
  addText(text: string): void {
    const { length } = text;
    if (length > COPY_LIMIT) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
      return this.add(bytes);
    }
    const room = this.#take(length);
    for (let i = 0, at = used - length; i < length; i++, at++) room[at] = text.charCodeAt(i);
  }

  /** Reserves the next bytes of a slab: the last `size` before `used`. */
  #take(size: number): Uint8Array {
    this.pending += size;
    if (slab === null || used + size > SLAB) {
      slab = new Uint8Array(SLAB);
      used = 0;
    }
    if (this.#slab !== slab || this.#end !== used) {
      this.#cut();
      this.#slab = slab;
      this.#start = used;
    }
    used += size;
    this.#end = used;
    return slab;
  }

  /** Hands over what was added. Settles when there is room for more. */
  flush(): void | Promise<void> {
    if (this.pending === 0) return undefined;
    const written = slab;
    // Another output may hold the part above, which it has not written yet.
    const base = this.#slab === slab && this.#end === used ? this.#start : used;
    const top = used;
    this.#cut();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.bytesWritten += this.pending;
    this.pending = this.held = 0;
    try {
      const taken = this.#io.write(pieces);
      const reuse = (): void => {
        if (this.#io.flushed && slab === written && used === top) used = base;
      };
      if (!isPromise(taken)) return reuse();
      taken.then(reuse, ignore);
      return this.#watch(taken);
    } catch (error) {
      this.onFail(error);
      throw error;
    }
  }

  /** As `flush`, and then calls back; a failure is for `onFail` alone. */
  send(then: () => void = ignore): void {
    try {
      const taken = this.flush();
      if (isPromise(taken)) taken.then(then, ignore);
      else then();
    } catch {
      // Told already.
    }
  }

  /** Hands over what was added once nothing more comes at once. */
  flushSoon(): void {
    this.#lull.wait();
  }

  #watch(taken: Promise<void>): Promise<void> {
    writeDeadline(taken, this.#clock, this.#timeout, this.onFail);
    const settle = (): void => {
      if (this.blocked === taken) this.blocked = null;
    };
    this.blocked = taken;
    taken.then(settle, (error) => {
      settle();
      this.onFail(error);
    });
    return taken;
  }

  #cut(): void {
    if (this.#slab === null) return;
    this.#pieces.push(this.#slab.subarray(this.#start, this.#end));
    this.#slab = null;
  }
}
