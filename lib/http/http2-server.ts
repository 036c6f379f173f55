import type { Http2Event } from '../http2/connection/http2-event.ts';
import * as ErrorCode from '../http2/error-code.ts';
import { Alarm } from './alarm.ts';
import type { ConnectionStats, Protocol } from './connection.ts';
import { ConnectionBase, type Failure } from './connection-base.ts';
import type { Handler } from './handler.ts';
import { Http2Exchange, type Http2Serving } from './http2-exchange.ts';
import type { Http2Role } from './http2-role.ts';
import { Http2Session } from './http2-session.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** A served HTTP/2 connection. */
export class Http2Server extends ConnectionBase implements Http2Serving, Http2Role {
  readonly protocol: Promise<Protocol> = Promise.resolve('h2');
  readonly io: Transport;
  readonly session: Http2Session;
  readonly settings: ServerSettings;
  readonly handler: Handler;
  running = 0;
  readonly #alarm: Alarm;

  /** @param first What was read from the transport already. */
  constructor(io: Transport, handler: Handler, settings: ServerSettings, first?: Uint8Array) {
    super(settings.signal);
    this.io = io;
    this.handler = handler;
    this.settings = settings;
    this.#alarm = new Alarm(settings.clock);
    this.session = new Http2Session(io, this, 'server', settings);
    this.#alarm.set(settings.headersTimeout, () => this.leave());
    this.session.start(first);
    this.follow();
  }

  get stats(): ConnectionStats {
    return this.session.stats;
  }

  request(event: Http2Event & { type: 'request' }): void {
    const { session } = this;
    // Handlers that go on after their stream was reset are not on the codec's books.
    if (this.running >= 2 * this.settings.maxConcurrentStreams) {
      session.codec.reset(event.streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    this.#alarm.clear();
    const exchange = new Http2Exchange(this, event);
    session.streams.add(event.streamId, exchange);
    exchange.run();
  }

  /** RFC 9113 section 6.8: whoever ends a connection says which streams it has taken. */
  changed({ type }: Http2Event & { type: 'settings' | 'goaway' }): void {
    if (type === 'goaway') this.leave();
  }

  forgot(): void {
    const { session, settings } = this;
    if (session.streams.size === 0 && !session.shutdown.over)
      this.#alarm.set(settings.keepAliveTimeout, () => this.leave());
  }

  ended(failure: Failure): void {
    this.#alarm.stop();
    this.settle(failure);
  }

  protected leave(): void {
    this.session.shutdown.close();
  }

  protected lose(reason: unknown): void {
    this.session.shutdown.lose(reason);
  }
}
