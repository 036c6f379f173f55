import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { ClosedError } from '../errors/closed-error.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import { ErrorCode } from '../http2/error-code.ts';
import { Alarm } from './alarm.ts';
import type { ConnectionStats, Protocol, ServerConnection } from './connection.ts';
import type { Handler } from './handler.ts';
import { Http2Exchange, type Http2Server } from './http2-exchange.ts';
import { Http2Session } from './http2-session.ts';
import { http2Settings } from './http2-settings.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** A served HTTP/2 connection. */
class Http2ServerConnection implements Http2Server {
  readonly protocol: Promise<Protocol> = Promise.resolve('h2' as const);
  readonly session: Http2Session;
  readonly settings: ServerSettings;
  readonly handler: Handler;
  running = 0;
  readonly #closed = deferred<void>();
  readonly #alarm: Alarm;
  readonly #most: number;
  readonly #abort = (): void => this.abort(this.settings.signal?.reason);

  constructor(io: Transport, handler: Handler, settings: ServerSettings, first: Uint8Array | undefined) {
    this.handler = handler;
    this.settings = settings;
    const options = http2Settings('server', settings);
    this.#most = 2 * (options.codec.maxConcurrentStreams ?? 128);
    this.#alarm = new Alarm(settings.clock);
    this.session = new Http2Session(io, this, options);
    this.#closed.promise.catch(ignore);
    const { signal } = settings;
    this.#alarm.set(settings.headersTimeout, () => this.session.close());
    this.session.start(first);
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  close(): Promise<void> {
    this.session.close();
    return this.closed.catch(ignore);
  }

  abort(reason: unknown = new ClosedError(undefined, 'The connection was aborted')): void {
    this.session.lose(reason);
  }

  get stats(): ConnectionStats {
    return this.session.stats;
  }

  request(event: Http2Event & { type: 'request' }): void {
    const { session } = this;
    // Handlers that go on after their stream was reset are not on the codec's books.
    if (this.running >= this.#most) {
      session.codec.reset(event.streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    this.#alarm.clear();
    const exchange = new Http2Exchange(this, event);
    session.owners.set(event.streamId, exchange);
    exchange.start();
  }

  left(): void {
    const { session, settings } = this;
    if (session.owners.size === 0 && !session.over)
      this.#alarm.set(settings.keepAliveTimeout, () => session.close());
  }

  ended(failure: { readonly reason: unknown } | null): void {
    this.#alarm.stop();
    this.settings.signal?.removeEventListener('abort', this.#abort);
    if (failure) this.#closed.reject(failure.reason);
    else this.#closed.resolve();
  }
}

if (Symbol.asyncDispose) {
  Object.defineProperty(Http2ServerConnection.prototype, Symbol.asyncDispose, {
    value(this: Http2ServerConnection) {
      return this.close();
    },
  });
}

/** Serves HTTP/2 on a transport. @param first What was read from it already. */
export function http2Server(
  io: Transport,
  handler: Handler,
  settings: ServerSettings,
  first?: Uint8Array,
): ServerConnection {
  return new Http2ServerConnection(io, handler, settings, first) as unknown as ServerConnection;
}
