import { concat } from '../bytes/concat.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import type { BodySource } from './body-source.ts';
import type { ChannelBackpressure } from './channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { type Deferred, deferred } from './deferred.ts';
import { ignore } from './ignore.ts';

/** A send, or (without a chunk) a wait for room. */
interface Waiting extends Deferred<void> {
  readonly bytes: number;
  readonly chunk: Uint8Array | undefined;
}

/** Chunks up to this size are joined with their neighbours when read. */
const small = 16_384;

const taken: Promise<void> = Promise.resolve();

/** Handled from the start: a send that no one awaits must not end the process when the consumer leaves. */
function refused(error: Error): Promise<void> {
  const refusal = Promise.reject(error);
  refusal.catch(ignore);
  return refusal;
}

/** Both ends of a channel: the sender's calls on one side, a source on the other. */
export class ChannelQueue implements BodySource {
  trailers: Headers | undefined;
  readonly closed: Deferred<{ cancelled: boolean; reason?: unknown }> = deferred();

  readonly #highWaterMark: number;
  readonly #policy: ChannelBackpressure;
  readonly #drop: (bytes: number) => void;
  readonly #held = new ChunkQueue();
  #waiting: Waiting[] = [];
  #reader: Deferred<void> | undefined;
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
    if (this.#state !== 'open') return refused(this.#closedError());
    if (this.trySend(chunk)) return taken;
    const bytes = chunk.byteLength;
    if (this.#policy === 'strict') {
      const received = this.#held.byteLength + bytes;
      return refused(
        new LimitExceededError(
          this.#highWaterMark,
          received,
          `The channel is full: ${bytes} bytes do not fit beside ${this.#held.byteLength} of ${this.#highWaterMark}`,
        ),
      );
    }
    if (this.#policy === 'block') return this.#wait(bytes, chunk);
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
    this.#take(chunk);
    return true;
  }

  waitReady(bytes: number): Promise<void> {
    if (this.#state !== 'open') return refused(this.#closedError());
    if (!this.#waiting.length && this.#fits(bytes)) return taken;
    return this.#wait(bytes, undefined);
  }

  close(trailers?: Headers): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.trailers = trailers;
    this.#rejectWaiting(({ chunk }) => !chunk);
    this.#wake();
  }

  abort(reason: unknown): void {
    if (this.#state !== 'open' && this.#state !== 'closing') return;
    this.#state = 'aborted';
    this.#reason = reason;
    this.#rejectWaiting();
    this.#wake();
  }

  pull(demand: number): Uint8Array | null | Promise<Uint8Array | null> {
    const chunk = this.#next(demand);
    if (chunk !== undefined) return chunk;
    // What is sent in the same turn is read together.
    this.#reader = deferred();
    return this.#reader.promise.then(() => this.#next(demand) ?? null);
  }

  cancel(reason: unknown): void {
    if (this.#state === 'over') return;
    this.#reason = reason;
    this.#finish(true);
    this.#held.clear();
    this.#rejectWaiting();
    this.#wake();
  }

  #next(demand: number): Uint8Array | null | undefined {
    const chunk = this.#join(demand);
    if (chunk) {
      this.#drain();
      return chunk;
    }
    if (this.#state === 'open') return undefined;
    const aborted = this.#state === 'aborted';
    if (this.#state !== 'over') this.#finish(false);
    if (aborted) throw this.#reason;
    return null;
  }

  /** The first chunk, and the small ones behind it up to `demand`. */
  #join(demand: number): Uint8Array | undefined {
    const first = this.#held.shift();
    let next = this.#held.peekSize();
    if (!first || !next || first.byteLength + next > demand || Math.max(first.byteLength, next) > small)
      return first;
    const parts = [first];
    let total = first.byteLength;
    for (; next && next <= small && total + next <= demand; next = this.#held.peekSize()) {
      parts.push(this.#held.shift() as Uint8Array);
      total += next;
    }
    return concat(parts, total);
  }

  #fits(bytes: number): boolean {
    const held = this.#held.byteLength;
    return held === 0 || held + bytes <= this.#highWaterMark;
  }

  #take(chunk: Uint8Array): void {
    this.#held.push(chunk);
    this.#wake();
  }

  #wait(bytes: number, chunk: Uint8Array | undefined): Promise<void> {
    const waiting = { ...deferred<void>(), bytes, chunk };
    waiting.promise.catch(ignore);
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** There is room again: those who wait have their turn. */
  #drain(): void {
    for (let first = this.#waiting[0]; first && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      if (first.chunk) this.#held.push(first.chunk);
      first.resolve();
    }
  }

  #wake(): void {
    this.#reader?.resolve();
    this.#reader = undefined;
  }

  #finish(cancelled: boolean): void {
    this.#state = 'over';
    this.closed.resolve(
      this.#reason === undefined && !cancelled ? { cancelled } : { cancelled, reason: this.#reason },
    );
  }

  #rejectWaiting(which: (waiting: Waiting) => boolean = () => true): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => !which(one));
    for (const one of waiting) if (which(one)) one.reject(this.#closedError());
    this.#drain();
  }

  #closedError(): ClosedError {
    return new ClosedError(this.#reason, 'The channel is closed');
  }
}
