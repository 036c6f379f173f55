import type { Http2Event } from '../http2/connection/http2-event.ts';
import { ClientBase } from './client-base.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ConnectionStats, Protocol } from './connection.ts';
import type { Failure } from './connection-base.ts';
import { Http2Call, type Http2Calls } from './http2-call.ts';
import type { Http2Role } from './http2-role.ts';
import { Http2Session } from './http2-session.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { Transport } from './transport.ts';

/** Streams until the server has said how many it takes. Precedent: hyper. */
const FIRST_STREAMS = 100;

/** A client's HTTP/2 connection: calls queue above the server's stream limit. */
export class Http2Client extends ClientBase<Http2Call> implements Http2Role, Http2Calls {
  readonly protocol: Promise<Protocol> = Promise.resolve('h2');
  readonly #session: Http2Session;
  #early: WeakSet<Http2Call> = new WeakSet();
  #limit = FIRST_STREAMS;

  constructor(io: Transport, settings: ClientSettings) {
    super(settings);
    this.#session = new Http2Session(io, this, 'client', settings);
    this.#session.start();
    this.follow();
  }

  get stats(): ConnectionStats {
    return this.#session.stats;
  }

  changed(event: Http2Event & { type: 'settings' | 'goaway' }): void {
    this.#limit = Number.POSITIVE_INFINITY;
    if (event.type === 'goaway') {
      this.closing = true;
      this.#early = new WeakSet();
      this.refuse();
    }
    this.next();
  }

  /** There is room for another stream. */
  forgot(): void {
    this.next();
  }

  ended(failure: Failure): void {
    this.settle(failure);
    this.refuse(failure?.reason);
  }

  protected get gone(): boolean {
    return this.#session.shutdown.leaving;
  }

  protected call(request: OutgoingRequest): Http2Call {
    return new Http2Call(this.#session, this.settings, request, this);
  }

  protected next(): void {
    const session = this.#session;
    while (this.queue.length > 0 && session.codec.canOpen && session.streams.size < this.#limit) {
      // RFC 8441 section 3: extended CONNECT only once the server has offered it.
      if (this.#limit === FIRST_STREAMS && this.queue[0]?.request.tunnel?.protocol !== undefined) break;
      const call = this.queue.shift();
      if (call === undefined) continue;
      if (this.#limit === FIRST_STREAMS) this.#early.add(call);
      call.start();
    }
    if (this.closing && this.queue.length === 0 && session.streams.size === 0) session.shutdown.close();
  }

  protected lose(reason: unknown): void {
    this.#session.shutdown.lose(reason);
  }

  /** What went out before the server had said how many streams it takes, and was one too many, waits instead. */
  again(call: Http2Call): boolean {
    if (!this.#early.delete(call)) return false;
    this.queue.push(call);
    return true;
  }

  drop(call: Http2Call): void {
    const at = this.queue.indexOf(call);
    if (at < 0) return;
    this.queue.splice(at, 1);
    this.next();
  }
}
