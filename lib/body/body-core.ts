import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodySource, SourceKind } from './body-source.ts';
import type { BodyState, BodyStats } from './body-stats.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { checkTrailers } from './check-trailers.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';
import { later } from './later.ts';
import { onAbort } from './on-abort.ts';
import { sizeOf } from './size-of.ts';

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
  /** The source gives its memory away. */
  readonly transfer: boolean | undefined;
  /** What the source may give; undefined: nothing but bytes. An operator that needs bytes says so here. */
  kind: SourceKind | undefined;
  /** What the consumer has seen. */
  state: BodyState = 'open';
  /** Whether the stream around it holds nothing and waits for nothing. */
  idle: (() => boolean) | undefined;
  unlock: BodySource['unlock'];
  /** Called when the consumer has taken a chunk. */
  onTaken: (() => void) | undefined;
  /** What has come and was not taken yet. */
  readonly queue: ChunkQueue = new ChunkQueue();
  readonly counts: Mutable<Omit<BodyStats, 'buffered' | 'state'>> = {
    pulled: 0,
    delivered: 0,
    peakBuffered: 0,
    dropped: 0,
    pulls: 0,
  };

  readonly #source: BodySource;
  /** How it ends once the queue is empty; undefined as long as the source has more to give. */
  #end: BodyState | undefined;
  #reason: unknown;
  /** The source was called, and what it gives has not come yet. */
  #busy = false;
  /** Has the consumer that waits pull again. */
  #wake = ignore;
  /** Memory of the consumer that pulled last. */
  #view: Uint8Array | undefined;
  /** The same, as long as the source is to write into it. */
  #into: Uint8Array | undefined;
  readonly #own: BodySource['trailers'];
  #trailers: Promise<Headers> | undefined;
  #tell = ignore;

  /** `kind` lets through what is no bytes: pipes that take or map to values. */
  constructor(source: BodySource, options: BodyOptions = {}, kind?: SourceKind) {
    const { highWaterMark = 0, byteLength = source.byteLength, signal } = options;
    checkBytes(byteLength ?? 0, 'byteLength');
    this.highWaterMark = highWaterMark;
    this.byteLength = byteLength;
    this.transfer = options.transfer;
    this.kind = kind;
    this.unlock = source.unlock;
    this.#source = source;
    this.#own = options.trailers;
    const trailers = this.#declared;
    // Whoever gave it may have no one else to hear it fail.
    if (isPromise(trailers)) trailers.then(ignore, ignore);
    if (signal) this.onSettled(onAbort(signal, (reason) => this.abort(reason)));
  }

  /** Whether a pull would be answered at once, where that is known. */
  get ready(): boolean | undefined {
    return !!(this.queue.next || this.#end) || (!this.#busy && this.#source.ready);
  }

  get stats(): BodyStats {
    return { ...this.counts, buffered: this.queue.byteLength, state: this.state };
  }

  /** What a consumer that is itself a source passes on: undefined where no trailers are declared. */
  get trailers(): Promise<Headers> | undefined {
    return this.#declared && this.readTrailers();
  }

  get #declared(): BodySource['trailers'] {
    return this.#own ?? this.#source.trailers;
  }

  /** Fulfils at the end of the body (with empty Headers when there are no trailers), rejects with what it fails or is cancelled with. */
  readTrailers(): Promise<Headers> {
    this.#trailers ??= new Promise<void>((resolve) => this.onSettled(resolve))
      .then(() => {
        const declared = this.#declared;
        if (this.state !== 'ended') throw this.#reason;
        return typeof declared === 'function' ? declared.call(this.#source) : (declared ?? new Headers());
      })
      .then(checkTrailers);
    this.#trailers.catch(ignore);
    return this.#trailers;
  }

  /** Calls `hear` once when the body has ended, failed or been cancelled: now where it has. */
  onSettled(hear: () => void): void {
    const tell = this.#tell;
    if (this.state !== 'open') hear();
    else
      this.#tell = () => {
        tell();
        hear();
      };
  }

  /**
   * With a `view`, what comes is copied into it where the source has not written there itself. With `wake`, a pull that has
   * to wait gives `later`, and `wake` is called when it is worth another one.
   */
  pull(demand?: number, view?: Uint8Array, wake?: () => void): Chunk | Promise<Chunk> {
    this.#view = view;
    if (!this.queue.next) this.#fill(true, demand);
    if (this.queue.next) return this.#give(view);
    if (!this.#end) {
      if (!wake) return this.#late(demand, view);
      this.#wake = wake;
      return later;
    }
    if (this.state === 'open') {
      this.state = this.#end;
      this.#settle();
    }
    if (this.state === 'errored') throw this.#reason;
    return null;
  }

  /** A pull that waits, for one who takes a promise. It is one promise, however often nothing comes. */
  #late(demand?: number, view?: Uint8Array): Promise<Chunk> {
    return new Promise((resolve, reject) => {
      const again = (): void => {
        try {
          const chunk = this.pull(demand, view, again);
          if (chunk !== later) resolve(chunk);
        } catch (error) {
          reject(error);
        }
      };
      this.#wake = again;
    });
  }

  /** The consumer leaves (or the body fails at once): what is queued is dropped, a pending pull is over. */
  cancel(reason?: unknown, end: BodyState = 'cancelled'): void | Promise<void> {
    if (this.state !== 'open') return undefined;
    const over = this.#end;
    while (this.queue.next) this.counts.dropped += sizeOf(this.queue.shift());
    this.#close(end, reason);
    this.state = end;
    try {
      return over ? undefined : this.#source.cancel?.(reason);
    } finally {
      this.#settle();
      this.#resume();
    }
  }

  /** Fails the body now: a pending pull rejects, the source is cancelled. */
  abort(reason: unknown): void {
    cancelQuietly(this, reason, 'errored');
  }

  /** A chunk, or the end, for the queue and for who waits for it. */
  land(given: unknown): void {
    this.#accept(given);
    this.#resume();
  }

  /** What the source gave late. */
  readonly #came = (given: unknown): void => {
    const { chunkOfResult } = this.#source;
    try {
      this.#accept(chunkOfResult ? chunkOfResult(given as never) : given);
      this.#resume();
    } catch (error) {
      this.fail(error);
    }
  };

  /** The source fails: what is queued is still delivered. */
  readonly fail = (error: unknown): void => {
    if (!this.#end) this.#close('errored', error);
    this.#resume();
  };

  /** The source has something, or something came. */
  #resume(): void {
    const wake = this.#wake;
    this.#busy = false;
    this.#wake = ignore;
    wake();
    if (this.highWaterMark) this.#fill();
  }

  /** The head of the queue goes to the consumer, or as much of it as fits into `view`. */
  #give(view?: Uint8Array): Chunk {
    const { queue, counts } = this;
    const held = queue.byteLength;
    let part = queue.shift(view?.byteLength);
    counts.delivered += held - queue.byteLength;
    if (view && part.buffer !== view.buffer) {
      view.set(part);
      part = view.subarray(0, part.byteLength);
    }
    this.onTaken?.();
    if (this.highWaterMark) this.#fill();
    return part;
  }

  /**
   * Calls the source until a reader that waits has something, else as far as there is room. A reader
   * with memory of its own is read into directly, where the source can: what waited in the queue would be copied.
   */
  #fill(waits?: boolean, demand?: number): void {
    const source = this.#source;
    while (!this.#end && !this.#busy) {
      const room = this.highWaterMark - this.queue.byteLength;
      if (waits ? this.queue.next : room <= 0 || (this.#view && source.pullInto)) return;
      // What is read ahead is not for the memory of this reader.
      const own = waits ? this.#view : undefined;
      this.#into = own && source.pullInto && own;
      this.counts.pulls++;
      this.#busy = true;
      try {
        const result: unknown = this.#into
          ? source.pullInto?.(this.#into)
          : source.pull(demand || Math.max(defaultDemand, room), own, this.#retry);
        if (result === later) return;
        if (isPromise(result)) result.then(this.#came, this.fail);
        else {
          this.#busy = false;
          this.#accept(result);
        }
      } catch (error) {
        this.fail(error);
      }
    }
  }

  /** The source had said `later`: it is pulled again for whoever wanted it. */
  readonly #retry = (): void => {
    if (!this.#busy) return;
    this.counts.pulls--;
    this.#resume();
  };

  /** Counts and checks what the source gave: a chunk, the end, or the bytes written into the view it got. */
  #accept(given: unknown): void {
    const { counts } = this;
    const view = this.#into;
    // Bytes written are a whole number that fits.
    const written = view && (given as number) >>> 0 === given && given <= view.byteLength;
    const chunk = written ? (given ? view.subarray(0, given) : null) : (given as Chunk);
    const valid = isUint8Array(chunk);
    const bytes = sizeOf(chunk);
    counts.pulled += bytes;
    const { pulled } = counts;
    const { byteLength: total = pulled } = this;
    const error = (chunk === null ? pulled < total : pulled > total)
      ? new LengthMismatchError(total, pulled)
      : valid || chunk === null || this.kind
        ? undefined
        : cannot('read a body', 'its source must give bytes', given, view ? RangeError : TypeError);
    if (this.#end) counts.dropped += bytes;
    else if (error) {
      counts.dropped += bytes;
      this.#close('errored', error);
      if (chunk !== null) cancelQuietly(this.#source, error);
    } else if (chunk === null) this.#close('ended');
    else if (bytes || !valid) {
      // Reading ahead calls the source again before its chunk was seen: one that reuses its buffer would change it.
      const copies = this.highWaterMark && !this.transfer && valid && !written;
      this.queue.push(copies ? new Uint8Array(chunk) : chunk, bytes);
      counts.peakBuffered = Math.max(counts.peakBuffered, this.queue.byteLength);
    }
  }

  /** The source is gone: the consumer sees `end` when the queue is empty. */
  #close(end: BodyState, reason?: unknown): void {
    this.#end = end;
    this.#reason = reason;
  }

  #settle(): void {
    this.#source.unlock?.();
    this.#tell();
    // A function that makes the trailers runs at the end, whether or not anyone listens.
    void this.trailers;
  }
}
