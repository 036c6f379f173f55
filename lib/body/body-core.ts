import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodySource, SourceKind } from './body-source.ts';
import type { BodyState, BodyStats } from './body-stats.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { deferred } from './deferred.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';

/** Bytes asked of a source by a reader that names no size of its own. */
export const defaultDemand = 65_536;

type Chunk = Uint8Array | null;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One body below any stream: one source, one queue, one consumer. It is itself a `BodySource`, so operators and drivers
 * pull it directly and pay for no stream in between.
 */
export class BodyCore implements BodySource {
  readonly highWaterMark: number;
  readonly byteLength: number | undefined;
  /** What the source may give; undefined: nothing but bytes. An operator that needs bytes says so here. */
  kind: SourceKind | undefined;
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
  /** Answers the pull of the consumer that waits for it. */
  #wake = ignore;
  #declared: BodySource['trailers'];
  #trailers: Promise<Headers> | undefined;
  readonly #settled = deferred<void>();
  readonly #queue: Uint8Array[] = [];
  readonly #signal: AbortSignal | undefined;
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

  /** `kind` lets through what is no bytes: pipes that take or map to values. */
  constructor(source: BodySource, options: BodyOptions = {}, kind?: SourceKind) {
    const { highWaterMark = 0, byteLength = source.byteLength, signal } = options;
    this.highWaterMark = checkBytes(highWaterMark, 'highWaterMark');
    this.byteLength = byteLength === undefined ? byteLength : checkBytes(byteLength, 'byteLength');
    this.kind = kind;
    this.#source = source;
    this.#declared = options.trailers;
    // Reading ahead calls the source again before its chunk was seen: one that reuses its buffer would change it.
    this.#copies = highWaterMark > 0 && !options.transfer;
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  /** Whether a pull would be answered at once, where that is known. */
  get ready(): boolean | undefined {
    return this.#queue.length > 0 || !this.#source || (!this.#busy && this.#source.ready);
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
    this.#trailers ??= this.#settled.promise.then(() => {
      const declared = this.#declared;
      if (this.state !== 'ended') throw this.#reason;
      return typeof declared === 'function' ? declared() : (declared ?? new Headers());
    });
    this.#trailers.catch(ignore);
    return this.#trailers;
  }

  /** Counts bytes that the source itself lost by its drop policy. */
  countDropped(bytes: number): void {
    this.#stats.dropped += bytes;
  }

  /** With a `view`, what comes is copied into it where the source has not written there itself. */
  pull(demand: number = defaultDemand, view?: Uint8Array): Chunk | Promise<Chunk> {
    while (!this.#queue.length) {
      if (!this.#source) {
        this.#settle();
        if (this.state === 'errored') throw this.#reason;
        return null;
      }
      if (!this.#busy) this.#pullSource(demand, view);
      if (this.#busy)
        return new Promise((resolve, reject) => {
          this.#wake = () => {
            this.#wake = ignore;
            try {
              resolve(this.pull(demand, view));
            } catch (error) {
              reject(error);
            }
          };
        });
    }
    return this.#give(view);
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
    let part = this.#queue.shift() as Uint8Array;
    if (view && part.buffer !== view.buffer) {
      const rest = part.subarray(view.byteLength);
      if (size(rest)) this.#queue.unshift(rest);
      part = part.subarray(0, view.byteLength);
      view.set(part);
    }
    stats.buffered -= size(part);
    stats.delivered += size(part);
    // A reader with memory of its own is read into directly, where the source can: what waited in the queue would be copied.
    if (!view || !this.#source?.pullInto) this.#readAhead();
    return part;
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
    const source = this.#source as BodySource;
    const landed = (): void => {
      this.#busy = false;
      this.#wake();
      if (!view || !source?.pullInto) this.#readAhead();
    };
    const fail = (error: unknown): void => {
      if (this.#source) this.#close('errored', error);
    };
    this.#stats.pulls++;
    try {
      const result: unknown = view && source.pullInto ? source.pullInto(view) : source.pull(demand, view);
      if (!isPromise(result)) return this.#accept(result, view);
      this.#busy = true;
      result.then(
        (given) => {
          this.#accept(given, view);
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
  #accept(given: unknown, view?: Uint8Array): void {
    const source = this.#source;
    const stats = this.#stats;
    // Bytes written are a whole number that fits.
    const written = view && (given as number) >>> 0 === given && given <= view.byteLength;
    const chunk = written ? (given ? view.subarray(0, given) : null) : (given as Chunk);
    const valid = isUint8Array(chunk);
    const bytes = valid ? chunk.byteLength : 0;
    stats.pulled += bytes;
    const { byteLength: total = stats.pulled } = this;
    if (!source) stats.dropped += bytes;
    else if (chunk === null ? stats.pulled !== total : stats.pulled > total)
      this.#refuse(new LengthMismatchError(total, stats.pulled), chunk);
    else if (chunk === null) this.#close('ended');
    else if (!valid && !this.kind)
      this.#refuse(
        cannot('read a body', 'its source must give bytes', given, view ? RangeError : TypeError),
        chunk,
      );
    else if (bytes || !valid) {
      this.#queue.push(this.#copies && valid && !written ? new Uint8Array(chunk) : chunk);
      stats.buffered += bytes;
      stats.peakBuffered = Math.max(stats.peakBuffered, stats.buffered);
    }
  }

  /** What the source gave is too much, too little or unusable. */
  #refuse(error: Error, chunk: Chunk): void {
    const source = this.#source;
    this.#stats.dropped += size(chunk);
    this.#close('errored', error);
    if (chunk !== null) cancelQuietly(source, error);
  }

  /** The source is gone: the consumer sees `end` when the queue is empty. */
  #close(end: BodyState, reason?: unknown): void {
    this.#declared ??= this.#source?.trailers;
    this.#source = null;
    this.#end = end;
    this.#reason = reason;
  }

  /** The consumer leaves, or the body fails at once. Returns the source that has to hear of it. */
  #stop(end: BodyState, reason: unknown): BodySource | null {
    if (this.state !== 'open') return null;
    const source = this.#source;
    const stats = this.#stats;
    stats.dropped += stats.buffered;
    stats.buffered = this.#queue.length = 0;
    this.#close(end, reason);
    this.#settle();
    this.#wake();
    return source;
  }

  #settle(): void {
    if (this.state !== 'open') return;
    this.#stats.state = this.#end;
    this.#signal?.removeEventListener('abort', this.#abort);
    // A function that makes the trailers runs at the end, whether or not anyone listens.
    if (this.#declared) this.readTrailers();
    this.#settled.resolve();
    this.onSettled?.();
  }
}

const size = (part: Chunk): number => part?.byteLength ?? 0;
