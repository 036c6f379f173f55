import { handled } from '../body/handled.ts';
import { ignore } from '../body/ignore.ts';
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
  readonly #protocol = handled<Protocol>();
  #first: Uint8Array = new Uint8Array(0);
  #inner: ServerConnection | null = null;
  #over = false;
  #timer: unknown;

  constructor(io: Transport, handler: Handler, settings: ServerSettings) {
    super(settings.signal);
    this.#io = io;
    this.#handler = handler;
    this.#settings = settings;
    // Only a rejection is a loss by itself.
    io.closed.then(ignore, (error) => this.#end({ reason: lossOf(error) }));
    this.follow();
    if (this.#over) return;
    this.#timer = settings.clock.setTimeout(() => this.#end(null), settings.headersTimeout);
    this.#look().catch((error) => this.#end({ reason: lossOf(error) }));
  }

  get protocol(): Promise<Protocol> {
    return this.#protocol.promise;
  }

  get stats(): ConnectionStats {
    const unread = this.#first.byteLength;
    const { highWaterMark: budget } = this.#settings;
    const none = {
      protocol: 'http/1.1',
      bytesRead: unread,
      bytesWritten: 0,
      unread,
      budget,
      streams: [],
    } as const;
    return this.#inner?.stats ?? none;
  }

  protected leave(): void {
    if (this.#inner) this.#inner.close();
    else this.#end(null);
  }

  protected lose(reason: unknown): void {
    if (this.#inner) this.#inner.abort(reason);
    else this.#end({ reason });
  }

  async #look(): Promise<void> {
    for (
      let text = '';
      PREFACE.startsWith(text);
      text = String.fromCharCode(...this.#first.subarray(0, 24))
    ) {
      if (text === PREFACE) return this.#choose('h2');
      const chunk = await this.#io.read();
      if (chunk !== null) this.#first = concat([this.#first, chunk]);
      else if (text === '') return this.#end(null);
      else break;
    }
    this.#choose('http/1.1');
  }

  #choose(protocol: Protocol): void {
    if (this.#over) return;
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
