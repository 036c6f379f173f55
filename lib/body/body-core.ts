import { isUint8Array } from '../bytes/is-uint8array.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodySource, SourceKind } from './body-source.ts';
import type { BodyState, BodyStats } from './body-stats.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { type Deferred, deferred } from './deferred.ts';
import { describe } from './describe.ts';
import { ignore } from './ignore.ts';
import { isPromise } from './is-promise.ts';

/** Bytes asked of a source by a reader that names no size of its own. */
export const defaultDemand = 65_536;

type Chunk = Uint8Array | null;

/** A consumer's pull that waits for the source. */
interface Waiter extends Deferred<Chunk> {
  demand: number;
  view: Uint8Array | undefined;
}

/**
 * One body below any stream: one source, one queue, one consumer. It is itself a `BodySource`, so operators and drivers
 * pull it directly and pay for no stream in between.
 */
export class BodyCore implements BodySource {
  readonly highWaterMark: number;
  readonly byteLength: number | undefined;
  /** What the consumer has seen. */
  state: BodyState = 'open';
  /** Called once when the body has ended, failed or been cancelled. */
  onSettled: (() => void) | undefined;
  /** Called when the body fails at once and not at the next pull: an aborted signal. */
  onAbort: ((reason: unknown) => void) | undefined;

  /** Null once it has ended, failed or been cancelled: `#end` and `#reason` then say how, for when the queue is empty. */
  #source: BodySource | null;
  #end: BodyState = 'ended';
  #reason: unknown;
  /** A pull of the source is pending. */
  #busy = false;
  /** Its promise went to the consumer as it is. */
  #direct = false;
  /** What that pull is to fill. */
  #view: Uint8Array | undefined;
  #filling = false;
  #waiter: Waiter | null = null;
  readonly #queue: Uint8Array[] = [];
  #buffered = 0;
  #pulled = 0;
  #delivered = 0;
  #dropped = 0;
  #peak = 0;
  #pulls = 0;
  #declared: BodySource['trailers'];
  #trailers: Deferred<Headers> | undefined;
  readonly #signal: AbortSignal | undefined;
  #checked: boolean;

  /** `checked: false` lets through what is no bytes, until `requireBytes`: pipes that take or map to values. */
  constructor(source: BodySource, options: BodyOptions = {}, checked = true) {
    const { highWaterMark = 0, byteLength = source.byteLength, signal, trailers } = options;
    this.highWaterMark = checkBytes(highWaterMark, 'highWaterMark');
    this.byteLength = byteLength === undefined ? byteLength : checkBytes(byteLength, 'byteLength');
    this.#source = source;
    this.#declared = trailers;
    this.#checked = checked;
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
    return this.#buffered > 0 || !this.#source || (!this.#busy && this.#source.ready);
  }

  /** From here on the source may give nothing but bytes. */
  requireBytes(): void {
    this.#checked = true;
  }

  /** What a consumer that is itself a source passes on: undefined where no trailers are declared. */
  get trailers(): Promise<Headers> | undefined {
    return (this.#declared ?? this.#source?.trailers) ? this.readTrailers() : undefined;
  }

  /** Fulfils at the end of the body (with empty Headers when there are no trailers), rejects when it fails. */
  readTrailers(): Promise<Headers> {
    if (!this.#trailers) {
      this.#trailers = deferred();
      this.#trailers.promise.catch(ignore);
      this.#settleTrailers();
    }
    return this.#trailers.promise;
  }

  get stats(): BodyStats {
    return {
      pulled: this.#pulled,
      delivered: this.#delivered,
      buffered: this.#buffered,
      peakBuffered: this.#peak,
      dropped: this.#dropped,
      pulls: this.#pulls,
      state: this.state,
    };
  }

  /** Counts bytes that the source itself lost by its drop policy. */
  countDropped(bytes: number): void {
    this.#dropped += bytes;
  }

  pull(demand: number = defaultDemand): Chunk | Promise<Chunk> {
    return this.#next(demand);
  }

  /** `pull` for a stream, which settles its own reads when the body is cancelled or aborted: one promise less. */
  pullForStream(demand: number): Chunk | Promise<Chunk> {
    if (!this.#source || this.#busy || this.#waiter || this.#queue.length) return this.#next(demand);
    const result = this.#pullSource(demand);
    if (!isPromise(result)) return this.#give(result);
    this.#busy = this.#direct = true;
    return result.then(this.#arrived, this.#gone);
  }

  readonly #arrived = (raw: Chunk | number): Chunk | Promise<Chunk> => {
    this.#busy = this.#direct = false;
    const chunk = this.#accept(raw);
    return chunk?.byteLength === 0 ? this.pullForStream(defaultDemand) : this.#give(chunk);
  };
  readonly #gone = (error: unknown): Chunk => {
    this.#busy = this.#direct = false;
    return this.#give(this.#close('errored', error));
  };

  pullInto(view: Uint8Array): number | Promise<number> {
    const part = this.#next(view.byteLength, view);
    return isPromise(part) ? part.then(size) : size(part);
  }

  cancel(reason?: unknown): void | Promise<void> {
    const source = this.#stop('cancelled', reason);
    this.#takeWaiter()?.resolve(null);
    return source?.cancel?.(reason);
  }

  /** Fails the body now: what is queued is dropped, a pending pull rejects, the source is cancelled. */
  abort(reason: unknown): void {
    if (this.state !== 'open') return;
    const source = this.#stop('errored', reason);
    if (source) cancelQuietly(source, reason);
    this.#takeWaiter()?.reject(reason);
    this.onAbort?.(reason);
  }

  readonly #abort = (): void => this.abort(this.#signal?.reason);

  #next(demand: number, view?: Uint8Array): Chunk | Promise<Chunk> {
    const held = this.#queue.shift();
    if (held) {
      this.#buffered -= held.byteLength;
      return this.#give(held, view);
    }
    if (!this.#source) return this.#finish();
    if (this.#waiter || this.#direct)
      throw new TypeError('Cannot pull a body as its last pull must have settled');
    if (!this.#busy) {
      const result = this.#pullSource(demand, view);
      if (!isPromise(result)) return this.#give(result, view);
      this.#follow(result, view);
    }
    const waiter = deferred<Chunk>() as Waiter;
    waiter.demand = demand;
    waiter.view = view;
    this.#waiter = waiter;
    return waiter.promise;
  }

  /** One call of the source. What is there at once is counted and checked; null when the source is gone. */
  #pullSource(demand: number, view?: Uint8Array): Chunk | Promise<Chunk | number> {
    const source = this.#source;
    if (!source) return null;
    this.#pulls++;
    try {
      const result = view && source.pullInto ? source.pullInto(view) : source.pull(demand);
      if (isPromise<Chunk | number>(result)) return result;
      const chunk = this.#accept(result, view);
      // An empty chunk is waited out like a promise, so that a run of them does not grow the stack.
      return chunk?.byteLength === 0 ? Promise.resolve(chunk) : chunk;
    } catch (error) {
      return this.#close('errored', error);
    }
  }

  #follow(result: Promise<Chunk | number>, view?: Uint8Array): void {
    this.#busy = true;
    this.#view = view;
    result.then(this.#came, this.#lost);
  }

  readonly #came = (raw: Chunk | number): void => this.#land(this.#accept(raw, this.#view));
  readonly #lost = (error: unknown): void => this.#land(this.#close('errored', error));

  /** A pull of the source has settled. */
  #land(chunk: Chunk): void {
    this.#busy = false;
    const waiter = this.#waiter;
    if (waiter && chunk?.byteLength === 0) {
      const result = this.#pullSource(waiter.demand, waiter.view);
      if (isPromise(result)) return this.#follow(result, waiter.view);
      chunk = result;
    }
    if (!waiter) {
      this.#enqueue(chunk);
      return this.#readAhead();
    }
    this.#waiter = null;
    try {
      waiter.resolve(this.#give(chunk, waiter.view));
    } catch (error) {
      waiter.reject(error);
    }
  }

  /** Counts and checks what the source gave: a chunk, or the bytes written into `view`. */
  #accept(raw: Chunk | number, view?: Uint8Array): Chunk {
    let chunk = raw as Chunk;
    if (view && typeof raw === 'number') {
      if (!(Number.isInteger(raw) && raw >= 0 && raw <= view.byteLength))
        return this.#refuse(RangeError, 'the bytes written', raw);
      chunk = raw ? view.subarray(0, raw) : null;
    }
    if (chunk === null) {
      const complete = this.byteLength === undefined || this.#pulled === this.byteLength;
      return complete ? this.#close('ended') : this.#close('errored', this.#mismatch());
    }
    const checked = isUint8Array(chunk);
    if (this.#checked && !checked) return this.#refuse(TypeError, 'a chunk', chunk);
    const bytes = checked ? chunk.byteLength : 0;
    this.#pulled += bytes;
    const over = this.byteLength !== undefined && this.#pulled > this.byteLength;
    if (this.#source && !over) return chunk;
    // It comes after the consumer has left, or is too much.
    this.#dropped += bytes;
    return this.#source && this.#fail(this.#mismatch());
  }

  #mismatch(): Error {
    return new LengthMismatchError(this.byteLength ?? 0, this.#pulled);
  }

  /** A chunk, or the end, goes to the consumer. */
  #give(chunk: Chunk, view?: Uint8Array): Chunk {
    if (chunk === null) return this.#finish();
    let part = chunk;
    if (view && chunk.buffer !== view.buffer) {
      part = chunk.subarray(0, view.byteLength);
      view.set(part);
      this.#enqueue(chunk.subarray(view.byteLength), 'unshift');
    }
    this.#delivered += size(part);
    this.#readAhead();
    return part;
  }

  #enqueue(chunk: Chunk, put: 'push' | 'unshift' = 'push'): void {
    if (!chunk || !size(chunk)) return;
    this.#queue[put](chunk);
    this.#buffered += chunk.byteLength;
    this.#peak = Math.max(this.#peak, this.#buffered);
  }

  #readAhead(): void {
    if (this.#filling) return;
    this.#filling = true;
    while (this.#source && !this.#busy && this.#buffered < this.highWaterMark) {
      const result = this.#pullSource(Math.max(defaultDemand, this.highWaterMark - this.#buffered));
      if (isPromise(result)) this.#follow(result);
      else this.#enqueue(result);
    }
    this.#filling = false;
  }

  /** The source is gone. Does nothing when it already is. */
  #close(end: BodyState, reason?: unknown): null {
    if (this.#source) {
      this.#end = end;
      this.#reason = reason;
      this.#declared ??= this.#source.trailers;
      this.#source = null;
    }
    return null;
  }

  #fail(error: Error): null {
    const source = this.#source;
    this.#close('errored', error);
    if (source) cancelQuietly(source, error);
    return null;
  }

  #refuse(Type: ErrorConstructor, what: string, value: unknown): null {
    return this.#fail(new Type(`Cannot take ${what} from a body's source: received ${describe(value)}`));
  }

  /** The consumer leaves, or the body fails at once. Returns the source that has to hear of it. */
  #stop(end: BodyState, reason: unknown): BodySource | null {
    const source = this.#source;
    if (this.state !== 'open') return null;
    this.#dropped += this.#buffered;
    this.#buffered = this.#queue.length = 0;
    this.#close(end, reason);
    this.#end = end;
    this.#reason = reason;
    this.#settle();
    return source;
  }

  #takeWaiter(): Waiter | null {
    const waiter = this.#waiter;
    this.#waiter = null;
    return waiter;
  }

  /** The queue is empty and the source is gone: the consumer sees the end, or the error. */
  #finish(): null {
    if (this.state === 'open') this.#settle();
    if (this.#end === 'errored') throw this.#reason;
    return null;
  }

  #settle(): void {
    this.state = this.#end;
    this.#signal?.removeEventListener('abort', this.#abort);
    // A function that makes the trailers runs at the end, whether or not anyone listens.
    if (this.#declared && !this.#trailers) this.readTrailers();
    else this.#settleTrailers();
    this.onSettled?.();
  }

  #settleTrailers(): void {
    const declared = this.#declared;
    const trailers = this.#trailers;
    if (!trailers || this.state === 'open') return;
    if (this.state === 'errored') trailers.reject(this.#reason);
    else if (this.state === 'cancelled')
      trailers.reject(new ClosedError(this.#reason, 'The body was cancelled'));
    else
      trailers.resolve(
        new Promise((give) =>
          give(typeof declared === 'function' ? declared() : (declared ?? new Headers())),
        ),
      );
  }
}

const size = (part: Chunk): number => part?.byteLength ?? 0;
