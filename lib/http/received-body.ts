import type { BodySource, TrailersSource } from '../body/body-source.ts';
import type { Header } from '../http2/header.ts';
import type { FetchAPI } from './fetch-api.ts';
import { pairsTo } from './pairs-to.ts';
import { ReceivedPieces } from './received-pieces.ts';

/** What a driver has to do when a body that it receives moves. */
export interface BodyHooks {
  /** Before the first byte is asked for. `over`: nothing more will be received. */
  begin?(over: boolean): void;
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
  /** The peer, who is waited for, has moved. */
  readonly moved: (() => void) | undefined;
  resolve(part: Part | number): void;
  reject(reason: unknown): void;
}

/**
 * The body of a message that is being received. What comes waits here, within the stream's window, until it is read: the
 * window opens when the reader has it, and not before.
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
  readonly #pieces: ReceivedPieces;
  #fields: readonly Header[] | null = null;
  #failure: { readonly reason: unknown } | null = null;
  #left = false;
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
    this.#pieces = new ReceivedPieces(gives);
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

  /** Bytes that wait for the reader. */
  get held(): number {
    return this.#pieces.byteLength;
  }

  /** Takes in a view of what was read; `settle()` must follow in the same turn. */
  push(data: Uint8Array): void {
    this.received += data.byteLength;
    if (!this.#left && data.byteLength > 0) this.#pieces.push(data);
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
    if (!this.ended || this.held > 0) this.#failure ??= { reason };
    this.#leave();
    this.settle();
  }

  /** All that one read brought is here: it goes to the reader, or is kept in no more memory than it is worth. */
  settle(): void {
    if (this.#waiting !== null && (this.held > 0 || this.over)) {
      const { view, resolve, reject } = this.#settled() as Waiting;
      try {
        resolve(this.#take(view, this.held) as Part | number);
      } catch (error) {
        reject(error);
      }
    }
    this.#pieces.settle();
  }

  pull(demand: number): Part | Promise<Part> {
    return this.#pull(null, demand) as Part | Promise<Part>;
  }

  pullInto(view: Uint8Array): number | Promise<number> {
    return this.#pull(view, 0) as number | Promise<number>;
  }

  cancel(reason: unknown): void {
    if (this.#left) return;
    this.begun = false;
    this.#leave();
    this.#settled();
    this.#hooks.cancel?.(reason);
  }

  /**
   * Nothing is here: asks for more. True when it, or the end, has come at once; false when `settle()` follows.
   *
   * @param view Where the reader wants it.
   */
  protected more(_view: Part): boolean {
    return false;
  }

  #pull(view: Part, demand: number): Part | number | Promise<Part | number> {
    if (!this.begun) {
      this.begun = true;
      if (this.held > 0 || !this.over) this.#hooks.begin?.(this.over);
    }
    for (;;) {
      const taken = this.#take(view, demand);
      if (taken !== undefined) return taken;
      if (this.more(view)) continue;
      const moved = this.#hooks.wait?.(this.received);
      return new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject, view, moved };
      });
    }
  }

  /** What is here for the reader: bytes, the end or the failure; undefined for nothing. */
  #take(view: Part, demand: number): Part | number | undefined {
    if (this.held > 0) {
      const taken = view === null ? this.#pieces.shift(demand) : this.#pieces.fill(view);
      this.#hooks.consumed?.(typeof taken === 'number' ? taken : taken.byteLength);
      return taken;
    }
    if (this.#failure !== null) throw this.#failure.reason;
    if (this.ended) return view === null ? null : 0;
    return undefined;
  }

  /** Nobody waits any more. */
  #settled(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.moved?.();
    return waiting;
  }

  /** The reader is gone: what was not read is dropped, and so is what comes. */
  #leave(): void {
    this.#left = true;
    this.#pieces.clear();
  }
}
