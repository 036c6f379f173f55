import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { concat } from '../bytes/concat.ts';
import { ClosedError } from '../errors/closed-error.ts';
import type { ConnectionStats, Protocol, ServerConnection } from './connection.ts';
import { ConnectionBase, type Failure } from './connection-base.ts';
import type { Handler } from './handler.ts';
import { Http1Server } from './http1-server.ts';
import { Http2Server } from './http2-server.ts';
import { lossOf } from './loss-of.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** RFC 9113 section 3.4. HTTP/1.1 has no method PRI. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** A connection whose first bytes say what it speaks: HTTP/2 when they are its preface, else HTTP/1.1. */
export class AutoServer extends ConnectionBase {
  readonly #io: Transport;
  readonly #handler: Handler;
  readonly #settings: ServerSettings;
  readonly #protocol = deferred<Protocol>();
  #first: Uint8Array = new Uint8Array(0);
  #inner: ServerConnection | null = null;
  #over = false;
  #timer: unknown;

  constructor(io: Transport, handler: Handler, settings: ServerSettings) {
    super(settings.signal);
    this.#io = io;
    this.#handler = handler;
    this.#settings = settings;
    this.#protocol.promise.catch(ignore);
    if (!this.follow()) return;
    this.#timer = settings.clock.setTimeout(() => this.#end(null), settings.headersTimeout);
    this.#look();
  }

  get protocol(): Promise<Protocol> {
    return this.#protocol.promise;
  }

  get stats(): ConnectionStats {
    if (this.#inner) return this.#inner.stats;
    const unread = this.#first.byteLength;
    const { highWaterMark: budget } = this.#settings;
    return { protocol: 'http/1.1', bytesRead: unread, bytesWritten: 0, unread, budget, streams: [] };
  }

  protected leave(): void {
    if (this.#inner) this.#inner.close();
    else this.#end(null);
  }

  protected lose(reason: unknown): void {
    if (this.#inner) this.#inner.abort(reason);
    else this.#end({ reason });
  }

  #look(): void {
    const lose = (error: unknown): void => this.#end({ reason: lossOf(error) });
    try {
      const chunk = this.#io.read();
      if (isPromise(chunk)) chunk.then((late) => this.#take(late), lose);
      else this.#take(chunk);
    } catch (error) {
      lose(error);
    }
  }

  #take(chunk: Uint8Array | null): void {
    if (this.#over) return;
    if (chunk === null) {
      if (this.#first.byteLength > 0) this.#choose('http/1.1');
      else this.#end(null);
      return;
    }
    this.#first = this.#first.byteLength > 0 ? concat([this.#first, chunk]) : chunk;
    const size = Math.min(this.#first.byteLength, PREFACE.length);
    let at = 0;
    while (at < size && this.#first[at] === PREFACE.charCodeAt(at)) at++;
    if (at < size) this.#choose('http/1.1');
    else if (size === PREFACE.length) this.#choose('h2');
    else this.#look();
  }

  #choose(protocol: Protocol): void {
    const Server = protocol === 'h2' ? Http2Server : Http1Server;
    this.#settings.clock.clearTimeout(this.#timer);
    // The inner connection obeys the signal by itself.
    this.#inner = new Server(this.#io, this.#handler, this.#settings, this.#first);
    this.#first = new Uint8Array(0);
    this.#protocol.resolve(protocol);
    this.#inner.closed.then(
      () => this.settle(null),
      (reason) => this.settle({ reason }),
    );
  }

  #end(failure: Failure): void {
    if (this.#over || this.#inner) return;
    this.#over = true;
    this.#settings.clock.clearTimeout(this.#timer);
    this.#io.abort(failure?.reason);
    this.#protocol.reject(
      failure?.reason ?? new ClosedError(undefined, 'The connection closed before it spoke'),
    );
    this.settle(failure);
  }
}
