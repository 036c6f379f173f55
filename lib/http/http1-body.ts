import type { BodySource, TrailersSource } from '../body/body-source.ts';
import { isPromise } from '../body/is-promise.ts';
import type { BodyFraming } from '../http1/body-framing.ts';
import type { Event } from '../http1/events.ts';
import type { Http1Input } from './http1-input.ts';

/** What a driver has to do when a body that it receives moves. */
export interface Http1BodyHooks {
  /** Before the first byte is asked for. */
  begin?(): void;
  /** The last byte was received. */
  end?(): void;
  /** The transport or the peer's bytes ended early, or the peer broke the framing. Returns what the reader gets. */
  fail(error: unknown, lost: boolean): unknown;
  cancel?(reason: unknown): void;
  /** The peer is waited for; the function that is returned is called when it has moved. */
  wait?(received: number): (() => void) | undefined;
  /** Makes Headers of the trailers. */
  trailers(fields: readonly string[]): Headers;
}

type Chunk = Uint8Array | null;

const NO_RUNS: readonly number[] = [];

/** The body of a message that is being received: reads from the transport only when it is pulled. */
export class Http1Body implements BodySource {
  readonly byteLength: number | undefined;
  /** Every byte was received, if not pulled. */
  ended = false;
  /** The rest of it can not be received. */
  broken = false;
  /** The reader has asked for it. */
  begun = false;
  /** Bytes of the body received so far. */
  received = 0;
  readonly #input: Http1Input;
  readonly #hooks: Http1BodyHooks;
  readonly #declared: boolean;
  #chunk: Uint8Array;
  #runs: readonly number[] = NO_RUNS;
  #trailers: readonly string[] | null = null;
  #failure: { readonly reason: unknown } | null = null;
  #detached = false;
  #reject: ((reason: unknown) => void) | null = null;

  /** @param events What came with the head. @param declared The head has a Trailer field. */
  constructor(
    input: Http1Input,
    framing: BodyFraming,
    events: readonly Event[],
    declared: boolean,
    hooks: Http1BodyHooks,
  ) {
    this.#input = input;
    this.#hooks = hooks;
    this.#declared = declared;
    this.#chunk = input.chunk;
    this.byteLength = framing.length;
    for (const event of events) this.#on(event);
  }

  get trailers(): TrailersSource | undefined {
    if (!this.#declared && this.#trailers === null) return undefined;
    return () => this.#hooks.trailers(this.#trailers ?? []);
  }

  get #over(): boolean {
    return this.ended || this.#failure !== null;
  }

  pull(): Chunk | Promise<Chunk> {
    this.#begin();
    for (;;) {
      const part = this.#take();
      if (part !== undefined) return part;
      const filled = this.#input.fill();
      if (isPromise(filled)) return this.#wait(filled, () => this.pull());
    }
  }

  pullInto(view: Uint8Array): number | Promise<number> {
    this.#begin();
    for (;;) {
      if (this.#runs.length === 0 && !this.#over) this.#receive();
      if (this.#runs.length > 0) return this.#copyTo(view);
      if (this.#failure !== null) throw this.#failure.reason;
      if (this.ended) return 0;
      const direct = this.#input.idle;
      const filled = this.#input.fill(direct ? view : undefined);
      if (isPromise(filled)) return this.#wait(filled, () => this.#landIn(view));
      if (direct) return this.#landIn(view);
    }
  }

  cancel(reason: unknown): void {
    this.#runs = NO_RUNS;
    this.#hooks.cancel?.(reason);
  }

  /** Ends it early: what was received is given first. `broken`: what follows can not be received either. */
  fail(reason: unknown, broken = false): void {
    if (this.#over) return;
    this.broken ||= broken;
    this.#failure = { reason };
    this.#reject?.(reason);
  }

  /** Its reader gets nothing more; the rest is only to be dropped. */
  detach(reason: unknown): void {
    this.#detached = true;
    this.#runs = NO_RUNS;
    this.#failure ??= { reason };
    this.#reject?.(reason);
  }

  /** Drops what is in hand. Returns the bytes dropped, or null when something has to be read first. */
  drop(): number | null {
    const before = this.received;
    this.#runs = NO_RUNS;
    if (this.broken || this.ended) return 0;
    this.#receive();
    this.#runs = NO_RUNS;
    const dropped = this.received - before;
    return dropped === 0 && !this.broken && !this.ended ? null : dropped;
  }

  #begin(): void {
    if (this.begun) return;
    this.begun = true;
    if (!this.#over) this.#hooks.begin?.();
  }

  #wait<T>(filled: Promise<void>, next: () => T | Promise<T>): Promise<T> {
    const moved = this.#hooks.wait?.(this.received);
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      filled.then(() => {
        moved?.();
        this.#reject = null;
        try {
          resolve(next());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** A chunk, the end, or undefined when something has to be read first. */
  #take(): Chunk | undefined {
    if (this.#detached && this.#failure !== null) throw this.#failure.reason;
    if (this.#runs.length === 0 && !this.#over) this.#receive();
    if (this.#runs.length > 0) return this.#join();
    if (this.#failure !== null) throw this.#failure.reason;
    return this.ended ? null : undefined;
  }

  #receive(): void {
    const input = this.#input;
    if (input.failure !== null && input.unused === 0) return this.#break(input.failure.error, true);
    const events = input.receive();
    this.#chunk = input.chunk;
    for (const event of events) this.#on(event);
    if (this.ended) this.#hooks.end?.();
  }

  #on(event: Event): void {
    if (event.type === 'data') {
      this.#runs = event.offsets;
      for (let i = 0; i < event.offsets.length; i += 2)
        this.received += (event.offsets[i + 1] as number) - (event.offsets[i] as number);
    } else if (event.type === 'end') {
      this.ended = true;
      this.#trailers = event.trailers;
    } else if (event.type === 'error') {
      this.#break(event.error, this.#input.eof);
    }
  }

  #break(error: unknown, lost: boolean): void {
    this.broken = true;
    const reason = this.#hooks.fail(error, lost);
    this.#failure ??= { reason };
  }

  /** The runs as one chunk: a view of the only one, or a copy of all, so that a small chunk costs no read of its own. */
  #join(): Uint8Array {
    const runs = this.#runs;
    this.#runs = NO_RUNS;
    const chunk = this.#chunk;
    if (runs.length === 2) {
      const whole = runs[0] === 0 && runs[1] === chunk.byteLength;
      return whole ? chunk : chunk.subarray(runs[0], runs[1]);
    }
    let total = 0;
    for (let i = 0; i < runs.length; i += 2) total += (runs[i + 1] as number) - (runs[i] as number);
    const joined = new Uint8Array(total);
    let at = 0;
    for (let i = 0; i < runs.length; i += 2) {
      const run = chunk.subarray(runs[i], runs[i + 1]);
      joined.set(run, at);
      at += run.byteLength;
    }
    return joined;
  }

  #copyTo(view: Uint8Array): number {
    const runs = this.#runs;
    let at = 0;
    for (let i = 0; i < runs.length; i += 2) {
      const start = runs[i] as number;
      const end = runs[i + 1] as number;
      const size = Math.min(end - start, view.byteLength - at);
      view.set(this.#chunk.subarray(start, start + size), at);
      at += size;
      if (start + size < end) {
        this.#runs = [start + size, end, ...runs.slice(i + 2)];
        return at;
      }
      if (at === view.byteLength) {
        this.#runs = runs.slice(i + 2);
        return at;
      }
    }
    this.#runs = NO_RUNS;
    return at;
  }

  /** The transport has read into the consumer's view, or had bytes of its own to give. */
  #landIn(view: Uint8Array): number | Promise<number> {
    const input = this.#input;
    if (this.#failure !== null || input.unused === 0 || input.chunk.buffer !== view.buffer)
      return this.pullInto(view);
    this.#receive();
    const runs = this.#runs;
    this.#runs = NO_RUNS;
    // What follows the message must not stay in memory that is the consumer's.
    input.keepUnused();
    let at = 0;
    for (let i = 0; i < runs.length; i += 2) {
      const start = runs[i] as number;
      const end = runs[i + 1] as number;
      if (start !== at) view.copyWithin(at, start, end);
      at += end - start;
    }
    return at > 0 ? at : this.pullInto(view);
  }
}
