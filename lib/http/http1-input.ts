import { isPromise } from '../body/is-promise.ts';
import type { Event } from '../http1/events.ts';
import type { Http1Receiver } from '../http1/receiver.ts';
import type { Failure } from './connection-base.ts';
import { lossOf } from './loss-of.ts';
import type { Transport } from './transport.ts';

const EMPTY = new Uint8Array(0);
const NOTHING: Event[] = [];

/** The receiving half of a connection: the chunk in hand, and at most one read of the transport, which all who wait share. */
export class Http1Input {
  readonly codec: Http1Receiver;
  /** What the last read gave; events' offsets point into it. */
  chunk: Uint8Array;
  /** The peer sends no more. */
  eof = false;
  /** What the transport failed with. */
  lost: Failure = null;
  bytesRead = 0;
  /** Bytes in hand that no message has taken. Counted, as a chunk that was given away to its reader has no length any more. */
  unused: number;
  readonly #io: Transport;
  #told = false;
  #loss: unknown;
  #pending: Promise<void> | null = null;

  /** @param first What was read already. */
  constructor(io: Transport, codec: Http1Receiver, first: Uint8Array = EMPTY) {
    this.#io = io;
    this.codec = codec;
    this.chunk = first;
    this.bytesRead = this.unused = first.byteLength;
  }

  /** Neither bytes in hand nor a read on its way: the next read is free to go into a view. */
  get idle(): boolean {
    return this.#pending === null && this.unused === 0 && !this.over;
  }

  get over(): boolean {
    return this.eof || this.lost !== null;
  }

  /** Makes sure that there is something to receive: bytes, the end, or a failure. Never rejects. */
  fill(into?: Uint8Array): void | Promise<void> {
    if (this.#pending !== null) return this.#pending;
    if (this.unused > 0 || this.over) return undefined;
    try {
      const read = this.#io.read(into);
      if (!isPromise(read)) return this.#take(read);
      this.#pending = read.then(this.#take, this.#fail);
      return this.#pending;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** The one reason for everyone, whatever fails first. */
  lossOf(error?: unknown): unknown {
    this.#loss ??= lossOf(error);
    return this.#loss;
  }

  /** The events of what is in hand; none when it has to be filled first. */
  receive(): Event[] {
    if (this.unused > 0) {
      const { byteLength } = this.chunk;
      const events = this.codec.receive(this.chunk, byteLength - this.unused);
      this.unused = byteLength - this.codec.consumed;
      return events;
    }
    if (!this.eof || this.#told) return NOTHING;
    this.#told = true;
    return this.codec.receive(null);
  }

  /** Takes the bytes in hand away from HTTP. */
  takeUnused(): Uint8Array | null {
    const rest = this.#rest;
    this.unused = 0;
    return rest.byteLength === 0 ? null : rest;
  }

  /** Bytes in hand that do not belong to the message in hand stay, in memory of their own. */
  keepUnused(): void {
    this.chunk = this.#rest.slice();
  }

  get #rest(): Uint8Array {
    return this.unused === 0 ? EMPTY : this.chunk.subarray(-this.unused);
  }

  readonly #take = (chunk: Uint8Array | null): void => {
    this.#pending = null;
    if (chunk === null) this.eof = true;
    else {
      this.chunk = chunk;
      this.unused = chunk.byteLength;
      this.bytesRead += chunk.byteLength;
    }
  };

  readonly #fail = (error: unknown): void => {
    this.#pending = null;
    this.lost = { reason: this.lossOf(error) };
  };
}
