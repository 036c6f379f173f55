import { isPromise } from '../body/is-promise.ts';
import type { BodyFraming } from '../http1/body-framing.ts';
import type { Event } from '../http1/events.ts';
import type { FetchAPI } from './fetch-api.ts';
import type { Http1Input } from './http1-input.ts';
import { pairsOf } from './pairs-of.ts';
import { type BodyHooks, ReceivedBody } from './received-body.ts';

export interface Http1BodyHooks extends BodyHooks {
  /** The last byte was received. */
  received(): void;
  /** The transport or the peer's bytes ended early, or the peer broke the framing. Returns what the reader gets. */
  broke(error: unknown, lost: boolean): unknown;
}

/** The body of an HTTP/1.1 message that is being received: reads from the transport only when it is pulled. */
export class Http1Body extends ReceivedBody {
  /** The rest of it can not be received. */
  broken = false;
  readonly #input: Http1Input;
  readonly #hooks: Http1BodyHooks;

  /**
   * @param head Of its message.
   * @param events What came with it.
   */
  constructor(
    input: Http1Input,
    { framing, headers }: { readonly framing: BodyFraming; readonly headers: readonly string[] },
    events: readonly Event[],
    { transfer, fetchAPI }: { readonly transfer: boolean; readonly fetchAPI: FetchAPI },
    hooks: Http1BodyHooks,
  ) {
    const declared = framing.kind === 'chunked' && headers.includes('trailer');
    super(framing.length, declared, transfer, fetchAPI.Headers, hooks);
    this.#input = input;
    this.#hooks = hooks;
    this.take(events);
  }

  /** What came with the head. */
  take(events: readonly Event[]): void {
    for (const event of events) this.#on(event);
  }

  /** @param broken What follows can not be received either. */
  override fail(reason: unknown, broken = false): void {
    this.broken ||= broken && !this.over;
    super.fail(reason);
  }

  /** Drops what is in hand. Returns the bytes dropped, or null when something has to be read first. */
  drop(): number | null {
    const before = this.received;
    if (!this.broken && !this.ended) this.#receive(null);
    const dropped = this.received - before;
    return dropped === 0 && !this.broken && !this.ended ? null : dropped;
  }

  protected override more(view: Uint8Array | null): boolean {
    const input = this.#input;
    const filled = input.fill(view !== null && input.idle ? view : undefined);
    if (!isPromise(filled)) {
      this.#receive(view);
      return true;
    }
    filled.then(() => {
      if (!this.awaited) return;
      this.#receive(view);
      do this.settle();
      while (this.awaited && this.more(view));
    });
    return false;
  }

  #receive(view: Uint8Array | null): void {
    const input = this.#input;
    if (input.lost !== null) return this.#break(input.lost.reason, true);
    for (const event of input.receive()) this.#on(event);
    // What follows the message must not stay in memory that is the consumer's.
    if (view !== null && input.chunk.buffer === view.buffer) input.keepUnused();
    if (this.ended) this.#hooks.received();
  }

  #on(event: Event): void {
    if (event.type === 'data') {
      const { chunk } = this.#input;
      const { offsets } = event;
      for (let i = 0; i < offsets.length; i += 2) this.push(chunk.subarray(offsets[i], offsets[i + 1]));
    } else if (event.type === 'end') this.end(event.trailers && pairsOf(event.trailers));
    else if (event.type === 'error') this.#break(event.error, this.#input.eof);
  }

  #break(error: unknown, lost: boolean): void {
    this.broken = true;
    super.fail(this.#hooks.broke(error, lost));
  }
}
