import { concat } from '../bytes/concat.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import type { BodySource } from './body-source.ts';
import type { ChannelBackpressure } from './channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { type Deferred, deferred } from './deferred.ts';
import { ignore } from './ignore.ts';
import { later } from './later.ts';

/** A send, or (without a chunk) a wait for room. */
interface Waiting extends Deferred<void> {
  readonly bytes: number;
  readonly chunk: Uint8Array | undefined;
}

/** Chunks up to this size are joined with their neighbours when read. */
const small = 16_384;

const taken: Promise<void> = Promise.resolve();

/** Both ends of a channel: the sender's calls on one side, a source on the other. */
export class ChannelQueue implements BodySource {
  trailers: Headers | undefined;
  readonly closed: Deferred<{ cancelled: boolean; reason?: unknown }> = deferred();

  readonly #highWaterMark: number;
  readonly #policy: ChannelBackpressure;
  readonly #drop: (bytes: number) => void;
  #held = new ChunkQueue();
  #waiting: Waiting[] = [];
  #reader: (() => void) | undefined;
  #state: 'open' | 'closing' | 'aborted' | 'over' = 'open';
  #reason: unknown;

  constructor(highWaterMark: number, policy: ChannelBackpressure, drop: (bytes: number) => void) {
    this.#highWaterMark = highWaterMark;
    this.#policy = policy;
    this.#drop = drop;
  }

  get capacity(): number {
    if (this.#state !== 'open' || this.#waiting.length) return 0;
    return Math.max(0, this.#highWaterMark - this.#held.byteLength);
  }

  get ready(): boolean {
    return this.#held.byteLength > 0 || this.#state !== 'open';
  }

  send(chunk: Uint8Array): Promise<void> {
    if (this.trySend(chunk)) return taken;
    const bytes = chunk.byteLength;
    const limit = this.#highWaterMark;
    if (this.#state !== 'open' || this.#policy === 'block') return this.#wait(bytes, chunk);
    if (this.#policy === 'strict')
      return this.#wait(bytes, chunk, new LimitExceededError(limit, this.#held.byteLength + bytes));
    this.#drop(bytes);
    return taken;
  }

  trySend(chunk: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    const bytes = chunk.byteLength;
    if (bytes === 0) return true;
    if (this.#policy === 'drop-oldest')
      while (!this.#fits(bytes)) this.#drop(this.#held.shift()?.byteLength ?? 0);
    // Where sends never wait, those who wait for room have no place that could be taken.
    if ((this.#policy === 'block' && this.#waiting.length) || !this.#fits(bytes)) return false;
    this.#held.push(chunk);
    this.#admit();
    return true;
  }

  waitReady(bytes: number): Promise<void> {
    const room = this.#state === 'open' && !this.#waiting.length && this.#fits(bytes);
    return room ? taken : this.#wait(bytes);
  }

  close(trailers?: Headers): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.trailers = trailers;
    this.#refuse(this.#waiting.filter(({ chunk }) => !chunk));
  }

  abort(reason: unknown): void {
    if (this.#state !== 'open' && this.#state !== 'closing') return;
    this.#state = 'aborted';
    this.#reason = reason;
    this.#refuse(this.#waiting);
  }

  cancel(reason: unknown): void {
    if (this.#state === 'over') return;
    this.#reason = reason;
    this.#finish(true);
    this.#held = new ChunkQueue();
    this.#refuse(this.#waiting);
  }

  pull(demand: number, _view?: Uint8Array, wake?: () => void): Uint8Array | null | Promise<never> {
    const chunk = this.#join(demand);
    if (chunk) {
      this.#admit();
      return chunk;
    }
    if (this.#state === 'open') {
      this.#reader = wake;
      return later;
    }
    const aborted = this.#state === 'aborted';
    if (this.#state !== 'over') this.#finish(false);
    if (aborted) throw this.#reason;
    return null;
  }

  /** The first chunk, and the small ones behind it up to `demand`. */
  #join(demand: number): Uint8Array | undefined {
    const held = this.#held;
    const parts: Uint8Array[] = [];
    let room = demand;
    for (let next = held.next?.chunk; next; next = held.next?.chunk) {
      const joins = next.byteLength <= Math.min(small, room) && (parts[0]?.byteLength ?? 0) <= small;
      if (parts.length && !joins) break;
      room -= next.byteLength;
      parts.push(next);
      held.shift();
    }
    return parts.length > 1 ? concat(parts) : parts[0];
  }

  #fits(bytes: number): boolean {
    const held = this.#held.byteLength;
    return held === 0 || held + bytes <= this.#highWaterMark;
  }

  /** Handled from the start: a send that no one awaits must not end the process when the consumer leaves. */
  #wait(bytes: number, chunk?: Uint8Array, error?: Error): Promise<void> {
    const waiting = { ...deferred<void>(), bytes, chunk };
    waiting.promise.catch(ignore);
    if (error) waiting.reject(error);
    else if (this.#state === 'open') this.#waiting.push(waiting);
    else this.#refuse([waiting]);
    return waiting.promise;
  }

  /** Those who wait and fit now have their turn, and so has the reader. */
  #admit(): void {
    for (let first = this.#waiting[0]; first && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      if (first.chunk) this.#held.push(first.chunk);
      first.resolve();
    }
    // What is sent in the same turn is read together.
    if (this.#reader) taken.then(this.#reader);
    this.#reader = undefined;
  }

  #refuse(refused: Waiting[]): void {
    this.#waiting = this.#waiting.filter((one) => !refused.includes(one));
    for (const one of refused) one.reject(new ClosedError(this.#reason, 'The channel is closed'));
    this.#admit();
  }

  #finish(cancelled: boolean): void {
    this.#state = 'over';
    this.closed.resolve(
      this.#reason === undefined && !cancelled ? { cancelled } : { cancelled, reason: this.#reason },
    );
  }
}
