import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodySource, SourceKind } from './body-source.ts';
import type { BodyState, BodyStats } from './body-stats.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { type Deferred, deferred } from './deferred.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';

/** Bytes asked of a source by a reader that names no size of its own. */
export const defaultDemand = 65_536;

type Chunk = Uint8Array | null;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A pull of the consumer that waits for the source. */
interface Waiter {
  readonly resolve: (chunk: Chunk | Promise<Chunk>) => void;
  readonly reject: (error: unknown) => void;
  readonly demand: number;
  readonly view: Uint8Array | undefined;
}

/**
 * One body below any stream: one source, one queue, one consumer. It is itself a `BodySource`, so operators and drivers
 * pull it directly and pay for no stream in between.
 */
export class BodyCore implements BodySource {
  readonly highWaterMark: number;
  readonly byteLength: number | undefined;
  /** Called once when the body has ended, failed or been cancelled. */
  onSettled: (() => void) | undefined;
  /** Called when the body fails at once and not at the next pull: an aborted signal. */
  onAbort: ((reason: unknown) => void) | undefined;

  /** Null once it has ended, failed or been cancelled: `#end` and `#reason` then say how, for when the queue is empty. */
  #source: BodySource | null;
  #end: BodyState = 'ended';
  #reason: unknown;
  /** A promise of the source is pending. */
  #busy = false;
  #waiter: Waiter | null = null;
  #settled: Deferred<void> | undefined;
  #trailers: Promise<Headers> | undefined;
  #declared: BodySource['trailers'];
  readonly #queue: Uint8Array[] = [];
  readonly #signal: AbortSignal | undefined;
  #checked: boolean;
  readonly #copies: boolean;
  readonly #stats: Mutable<BodyStats> = {
    pulled: 0,
    delivered: 0,
    buffered: 0,
    peakBuffered: 0,
    dropped: 0,
    pulls: 0,
    state: 'open',
  };

  /** `checked: false` lets through what is no bytes, until `requireBytes`: pipes that take or map to values. */
  constructor(source: BodySource, options: BodyOptions = {}, checked = true) {
    const { highWaterMark = 0, byteLength = source.byteLength, signal, trailers, transfer } = options;
    this.highWaterMark = checkBytes(highWaterMark, 'highWaterMark');
    this.byteLength = byteLength === undefined ? byteLength : checkBytes(byteLength, 'byteLength');
    this.#source = source;
    this.#declared = trailers;
    this.#checked = checked;
    // Reading ahead calls the source again before its chunk was seen: one that reuses its buffer would change it.
    this.#copies = highWaterMark > 0 && !transfer;
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  /** What the source says it gives; undefined: bytes. */
  get kind(): SourceKind | undefined {
    return this.#source?.kind;
  }

  /** Whether a pull would be answered at once, where that is known. */
  get ready(): boolean | undefined {
    return this.#queue.length > 0 || !this.#source || (!this.#busy && this.#source.ready);
  }

  /** From here on the source may give nothing but bytes. */
  requireBytes(): void {
    this.#checked = true;
  }

  /** What the consumer has seen. */
  get state(): BodyState {
    return this.#stats.state;
  }

  get stats(): BodyStats {
    return { ...this.#stats };
  }

  /** What a consumer that is itself a source passes on: undefined where no trailers are declared. */
  get trailers(): Promise<Headers> | undefined {
    return (this.#declared ?? this.#source?.trailers) ? this.readTrailers() : undefined;
  }

  /** Fulfils at the end of the body (with empty Headers when there are no trailers), rejects with what it fails or is cancelled with. */
  readTrailers(): Promise<Headers> {
    if (!this.#trailers) {
      this.#settled = deferred();
      if (this.state !== 'open') this.#settled.resolve();
      this.#trailers = this.#settled.promise.then(() => {
        const declared = this.#declared;
        if (this.state !== 'ended') throw this.#reason;
        return typeof declared === 'function' ? declared() : (declared ?? new Headers());
      });
      this.#trailers.catch(ignore);
    }
    return this.#trailers;
  }

  /** Counts bytes that the source itself lost by its drop policy. */
  countDropped(bytes: number): void {
    this.#stats.dropped += bytes;
  }

  /** With a `view`, what comes is copied into it where the source has not written there itself. */
  pull(demand: number = defaultDemand, view?: Uint8Array): Chunk | Promise<Chunk> {
    for (;;) {
      if (this.#queue.length > 0) return this.#give(view);
      if (!this.#source) return this.#finish();
      if (!this.#busy) this.#pullSource(demand, view);
      if (this.#busy) {
        return new Promise((resolve, reject) => {
          this.#waiter = { resolve, reject, demand, view };
        });
      }
    }
  }

  pullInto(view: Uint8Array): number | Promise<number> {
    const part = this.pull(view.byteLength, view);
    return isPromise(part) ? part.then(size) : size(part);
  }

  cancel(reason?: unknown): void | Promise<void> {
    return this.#stop('cancelled', reason)?.cancel?.(reason);
  }

  /** Fails the body now: what is queued is dropped, a pending pull rejects, the source is cancelled. */
  abort(reason: unknown): void {
    if (this.state !== 'open') return;
    cancelQuietly(this.#stop('errored', reason), reason);
    this.onAbort?.(reason);
  }

  readonly #abort = (): void => this.abort(this.#signal?.reason);

  /** The head of the queue goes to the consumer, or as much of it as fits into `view`. */
  #give(view?: Uint8Array): Chunk {
    const stats = this.#stats;
    const chunk = this.#queue.shift() as Uint8Array;
    let part = chunk;
    stats.buffered -= size(chunk);
    if (view && chunk.buffer !== view.buffer) {
      part = chunk.subarray(0, view.byteLength);
      view.set(part);
      this.#enqueue(chunk.subarray(view.byteLength), 'unshift');
    }
    stats.delivered += size(part);
    // A reader with memory of its own is read into directly, where the source can: what waited in the queue would be copied.
    if (!view || !this.#source?.pullInto) this.#readAhead();
    return part;
  }

  /** What a waiting pull waited for is there, or will never be. */
  #wake(): void {
    const waiter = this.#waiter;
    if (!waiter) return;
    this.#waiter = null;
    try {
      waiter.resolve(this.pull(waiter.demand, waiter.view));
    } catch (error) {
      waiter.reject(error);
    }
  }

  #readAhead(): void {
    for (;;) {
      const room = this.highWaterMark - this.#stats.buffered;
      if (!this.#source || this.#busy || room <= 0) return;
      this.#pullSource(Math.max(defaultDemand, room));
    }
  }

  /** One call of the source: what it gives comes into the queue, now or when it is no longer busy. */
  #pullSource(demand: number, view?: Uint8Array): void {
    const source = this.#source;
    const fail = (error: unknown): void => this.#close('errored', error);
    const landed = (): void => {
      this.#busy = false;
      this.#wake();
      if (!view || !source?.pullInto) this.#readAhead();
    };
    this.#stats.pulls++;
    try {
      const result: unknown = view && source?.pullInto ? source.pullInto(view) : source?.pull(demand);
      if (!isPromise(result)) return this.#accept(result, view);
      this.#busy = true;
      result.then(
        (raw) => {
          this.#accept(raw, view);
          landed();
        },
        (error) => {
          fail(error);
          landed();
        },
      );
    } catch (error) {
      fail(error);
    }
  }

  /** Counts and checks what the source gave: a chunk, the end, or the bytes written into `view`. */
  #accept(raw: unknown, view?: Uint8Array): void {
    const { byteLength } = this;
    const stats = this.#stats;
    // Bytes written are a whole number that fits.
    const written = view && (raw as number) >>> 0 === raw && (raw as number) <= view.byteLength;
    const chunk = written ? (raw ? view.subarray(0, raw as number) : null) : (raw as Chunk);
    const done = chunk === null;
    const valid = isUint8Array(chunk);
    const bytes = valid ? chunk.byteLength : 0;
    stats.pulled += bytes;
    let failure: Error | undefined;
    if (this.#checked && !done && !valid) {
      failure = cannot('read a body', 'its source must give bytes', raw, view ? RangeError : TypeError);
    } else if (
      done ? stats.pulled !== (byteLength ?? stats.pulled) : stats.pulled > (byteLength ?? Infinity)
    ) {
      failure = new LengthMismatchError(byteLength ?? 0, stats.pulled);
    }
    if (done) this.#close(failure ? 'errored' : 'ended', failure);
    else if (this.#source && !failure)
      this.#enqueue(this.#copies && valid && !written ? new Uint8Array(chunk) : chunk);
    else {
      // It is unusable or too much, or comes after the consumer has left.
      stats.dropped += bytes;
      const source = this.#source;
      this.#close('errored', failure);
      cancelQuietly(source, failure);
    }
  }

  #enqueue(chunk: Chunk, put: 'push' | 'unshift' = 'push'): void {
    const stats = this.#stats;
    if (chunk === null || chunk?.byteLength === 0) return;
    this.#queue[put](chunk);
    stats.buffered += size(chunk);
    stats.peakBuffered = Math.max(stats.peakBuffered, stats.buffered);
  }

  /** The source is gone. Does nothing when it already is. */
  #close(end: BodyState, reason?: unknown): void {
    if (!this.#source) return;
    this.#end = end;
    this.#reason = reason;
    this.#declared ??= this.#source.trailers;
    this.#source = null;
  }

  /** The consumer leaves, or the body fails at once. Returns the source that has to hear of it. */
  #stop(end: BodyState, reason: unknown): BodySource | null {
    const source = this.#source;
    if (this.state !== 'open') return null;
    this.#stats.dropped += this.#stats.buffered;
    this.#stats.buffered = this.#queue.length = 0;
    this.#close(end);
    this.#end = end;
    this.#reason = reason;
    this.#settle();
    this.#wake();
    return source;
  }

  /** The queue is empty and the source is gone: the consumer sees the end, or the error. */
  #finish(): null {
    if (this.state === 'open') this.#settle();
    if (this.state === 'errored') throw this.#reason;
    return null;
  }

  #settle(): void {
    this.#stats.state = this.#end;
    this.#signal?.removeEventListener('abort', this.#abort);
    // A function that makes the trailers runs at the end, whether or not anyone listens.
    if (this.#declared) this.readTrailers();
    this.#settled?.resolve();
    this.onSettled?.();
  }
}

const size = (part: Chunk): number => part?.byteLength ?? 0;
