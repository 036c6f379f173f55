import type { BodySource, TrailersSource } from '../body/body-source.ts';
import { owned } from '../body/owned.ts';
import { concat } from '../bytes/concat.ts';
import type { Header } from '../http2/header.ts';
import type { FetchAPI } from './fetch-api.ts';
import { pairsTo } from './pairs-to.ts';

/** What a driver has to do when a body that it receives moves. */
export interface BodyHooks {
  /** Before the first byte is asked for. */
  begin?(): void;
  /** The reader has got these bytes. */
  consumed?(bytes: number): void;
  cancel?(reason: unknown): void;
  /** The peer is waited for; the function that is returned is called when it has moved. */
  wait?(received: number): (() => void) | undefined;
}

type Part = Uint8Array | null;

/** A pull that is not answered yet. */
interface Waiting {
  readonly view: Part;
  resolve(part: Part | number): void;
  reject(reason: unknown): void;
}

/** The memory that small pieces are joined in: at first, and at most. */
const SMALLEST = 512;
const LARGEST = 16 * 1024;
/** The framing between two pieces: an HTTP/2 frame header, or what is between two chunks of up to 1 MiB. */
const FRAMING = 9;

/**
 * The body of a message that is being received. What comes waits here, within the stream's window, until it is read: the
 * window opens when the reader has it, and not before. Pieces are joined, so that many small ones cost what one does.
 */
export class ReceivedBody implements BodySource {
  readonly byteLength: number | undefined;
  /** Every byte was received, if not pulled. */
  ended = false;
  /** It has a reader, who has asked for it and has not left. */
  begun = false;
  /** Bytes of it received so far. */
  received = 0;
  readonly #hooks: BodyHooks;
  readonly #Headers: FetchAPI['Headers'];
  readonly #declared: boolean;
  readonly #gives: boolean;
  #queue: Uint8Array[] = [];
  #held = 0;
  /** Pieces at the end of the queue that are views of the read under way, and their bytes. */
  #fresh = 0;
  #freshBytes = 0;
  /** The last piece of the queue before the fresh ones is in memory of ours. */
  #own = false;
  #fields: readonly Header[] | null = null;
  #failure: { readonly reason: unknown } | null = null;
  #left = false;
  /** The peer, who is waited for, has moved. */
  #moved: (() => void) | undefined;
  #waiting: Waiting | null = null;

  /**
   * @param declared The head has a Trailer field.
   * @param gives The transport gives its chunks away: a whole one may be handed on.
   * @param Headers What the trailers are given as.
   */
  constructor(
    byteLength: number | undefined,
    declared: boolean,
    gives: boolean,
    Headers: FetchAPI['Headers'],
    hooks: BodyHooks,
  ) {
    this.byteLength = byteLength;
    this.#declared = declared;
    this.#gives = gives;
    this.#Headers = Headers;
    this.#hooks = hooks;
  }

  get trailers(): TrailersSource | undefined {
    if (!this.#declared && this.#fields === null) return undefined;
    return () => pairsTo(this.#fields ?? [], new this.#Headers());
  }

  /** It has ended, or will not: nothing more is asked for. */
  protected get over(): boolean {
    return this.ended || this.#failure !== null;
  }

  /** The reader waits for what comes. */
  protected get awaited(): boolean {
    return this.#waiting !== null;
  }

  /**
   * Nothing is here: asks for more. True when it, or the end, has come at once; false when `settle()` follows.
   *
   * @param view Where the reader wants it.
   */
  protected more(_view: Part): boolean {
    return false;
  }

  /** Bytes that wait for the reader. */
  get held(): number {
    return this.#held;
  }

  /** Takes in a view of what was read; `settle()` must follow in the same turn. */
  push(data: Uint8Array): void {
    this.received += data.byteLength;
    if (this.#left || data.byteLength === 0) return;
    this.#queue.push(data);
    this.#held += data.byteLength;
    this.#fresh++;
    this.#freshBytes += data.byteLength;
  }

  end(fields: readonly Header[] | null): void {
    this.ended = true;
    this.#fields = fields;
  }

  /** Ends it early: what was received is given first. */
  fail(reason: unknown): void {
    if (this.over) return;
    this.#failure = { reason };
    this.settle();
  }

  /** Its reader gets nothing more. */
  detach(reason: unknown): void {
    if (!this.ended || this.#held > 0) this.#failure ??= { reason };
    this.#clear();
    this.#left = true;
    this.settle();
  }

  /** All that one read brought is here: it goes to the reader, or is kept in no more memory than it is worth. */
  settle(): void {
    if (this.#waiting !== null && (this.#held > 0 || this.over)) {
      const { view, resolve, reject } = this.#settled() as Waiting;
      try {
        resolve(this.#take(view, this.#held) as Part | number);
      } catch (error) {
        reject(error);
      }
    }
    if (this.#fresh > 0) this.#keep();
  }

  pull(demand: number): Part | Promise<Part> {
    return this.#pull(null, demand) as Part | Promise<Part>;
  }

  pullInto(view: Uint8Array): number | Promise<number> {
    return this.#pull(view, 0) as number | Promise<number>;
  }

  cancel(reason: unknown): void {
    if (this.#left) return;
    this.#left = true;
    this.begun = false;
    this.#clear();
    this.#settled();
    this.#hooks.cancel?.(reason);
  }

  #pull(view: Part, demand: number): Part | number | Promise<Part | number> {
    if (!this.begun) {
      this.begun = true;
      if (!this.over) this.#hooks.begin?.();
    }
    for (;;) {
      const taken = this.#take(view, demand);
      if (taken !== undefined) return taken;
      if (this.more(view)) continue;
      this.#moved = this.#hooks.wait?.(this.received);
      return new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject, view };
      });
    }
  }

  /** What is here for the reader: bytes, the end or the failure; undefined for nothing. */
  #take(view: Part, demand: number): Part | number | undefined {
    if (this.#held > 0) return view === null ? this.#give(demand) : this.#fill(view);
    if (this.#failure !== null) throw this.#failure.reason;
    if (this.ended) return view === null ? null : 0;
    return undefined;
  }

  /** Nobody waits any more. */
  #settled(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#moved?.();
    this.#moved = undefined;
    return waiting;
  }

  /**
   * What is held, up to `demand` bytes, in one piece that holds on to little else. A read that is all of it but for framing
   * is that piece: the framing is squeezed out where it is.
   */
  #give(demand: number): Uint8Array {
    const queue = this.#queue;
    const first = queue[0] as Uint8Array<ArrayBuffer>;
    const { buffer, byteOffset } = first;
    const { byteLength } = buffer;
    let ours = this.#gives && byteLength >= LARGEST;
    let end = 0;
    let count = 0;
    let bytes = 0;
    for (const piece of queue) {
      if (count > 0 && (bytes + piece.byteLength > demand || (ours && end === byteLength))) break;
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

  #fill(view: Uint8Array): number {
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

  #taken(count: number, bytes: number): void {
    const queue = this.#queue;
    if (count === queue.length) this.#clear();
    else {
      queue.splice(0, count);
      this.#held -= bytes;
      this.#fresh = Math.min(this.#fresh, queue.length);
    }
    this.#hooks.consumed?.(bytes);
  }

  /** What is left of a read: views where they are most of it, else copies. */
  #keep(): void {
    const queue = this.#queue;
    const count = this.#fresh;
    const bytes = this.#freshBytes;
    this.#fresh = this.#freshBytes = 0;
    const last = queue[queue.length - 1] as Uint8Array;
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
      const room = Math.max(size, Math.min(Math.max(2 * size, SMALLEST, this.#held >> 1), LARGEST));
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

  #clear(): void {
    this.#queue = [];
    this.#held = this.#fresh = this.#freshBytes = 0;
    this.#own = false;
  }
}
