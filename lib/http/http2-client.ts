import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { RefusedError } from '../errors/refused-error.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ClientConnection, ConnectionStats, FetchInit, Protocol } from './connection.ts';
import { Http2Call } from './http2-call.ts';
import { type Http2Role, Http2Session } from './http2-session.ts';
import { http2Settings } from './http2-settings.ts';
import { outgoingRequest } from './outgoing-request.ts';
import type { Transport } from './transport.ts';

/** Streams until the server has said how many it takes. Precedent: hyper. */
const FIRST_STREAMS = 100;

/** A client's HTTP/2 connection: calls queue above the server's stream limit. */
class Http2ClientConnection implements Http2Role {
  readonly protocol: Promise<Protocol> = Promise.resolve('h2' as const);
  readonly settings: ClientSettings;
  readonly #session: Http2Session;
  readonly #closed = deferred<void>();
  readonly #queue: Http2Call[] = [];
  readonly #early: WeakSet<Http2Call> = new WeakSet();
  #limit = FIRST_STREAMS;
  #closing = false;
  #ended = false;
  readonly #abort = (): void => this.abort(this.settings.signal?.reason);

  constructor(io: Transport, settings: ClientSettings) {
    this.settings = settings;
    this.#session = new Http2Session(io, this, http2Settings('client', settings));
    this.#closed.promise.catch(ignore);
    const { signal } = settings;
    this.#session.start();
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async fetch(input: Request | URL | string, init: FetchInit = {}): Promise<Response> {
    const { origin, fetchAPI } = this.settings;
    const request = outgoingRequest(input, init, origin, fetchAPI);
    const call = new Http2Call(this.#session, this.settings, request, this.#again);
    if (this.#ended || this.#closing || this.#session.leaving)
      call.fail(new RefusedError('The connection is closed'));
    if (!call.failed) {
      this.#queue.push(call);
      this.left();
    }
    return call.response;
  }

  close(): Promise<void> {
    this.#closing = true;
    this.left();
    return this.closed.catch(ignore);
  }

  abort(reason: unknown = new ClosedError(undefined, 'The connection was aborted')): void {
    this.#session.lose(reason);
  }

  get stats(): ConnectionStats {
    return this.#session.stats;
  }

  changed(event: Http2Event & { type: 'settings' | 'goaway' }): void {
    this.#limit = Number.POSITIVE_INFINITY;
    if (event.type === 'goaway') {
      this.#closing = true;
      this.#refuse();
    }
    this.left();
  }

  /** There may be room for another stream. */
  left(): void {
    const session = this.#session;
    while (this.#queue.length > 0 && session.codec.canOpen && session.owners.size < this.#limit) {
      const call = this.#queue.shift();
      if (call === undefined || call.failed) continue;
      if (this.#limit === FIRST_STREAMS) this.#early.add(call);
      call.start();
    }
    if (this.#closing && this.#queue.length === 0 && session.owners.size === 0) session.close();
  }

  ended(failure: { readonly reason: unknown } | null): void {
    this.#ended = true;
    this.settings.signal?.removeEventListener('abort', this.#abort);
    if (failure) this.#closed.reject(failure.reason);
    else this.#closed.resolve();
    this.#refuse(failure?.reason);
  }

  /** What went out before the server had said how many streams it takes, and was one too many, waits instead. */
  readonly #again = (call: Http2Call): boolean => {
    if (!this.#early.delete(call) || this.#ended) return false;
    this.#queue.push(call);
    return true;
  };

  #refuse(reason?: unknown): void {
    const error = new RefusedError(
      'The connection closed before the request was sent',
      reason === undefined ? undefined : { cause: reason },
    );
    for (const call of this.#queue.splice(0)) call.fail(error);
  }
}

if (Symbol.asyncDispose) {
  Object.defineProperty(Http2ClientConnection.prototype, Symbol.asyncDispose, {
    value(this: Http2ClientConnection) {
      return this.close();
    },
  });
}

/** Speaks HTTP/2 to the server at the other end of a transport. */
export function http2Client(io: Transport, settings: ClientSettings): ClientConnection {
  return new Http2ClientConnection(io, settings) as unknown as ClientConnection;
}
