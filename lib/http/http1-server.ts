import { isPromise } from '../body/is-promise.ts';
import type { Event } from '../http1/events.ts';
import type { ConnectionStats, Protocol } from './connection.ts';
import { ConnectionBase, type Failure } from './connection-base.ts';
import { halfClose } from './half-close.ts';
import type { Handler } from './handler.ts';
import { Http1Exchange, type Http1Serving } from './http1-exchange.ts';
import { Http1Wire } from './http1-wire.ts';
import { refusal } from './response-framing.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** A served HTTP/1.1 connection: one exchange after the other. */
export class Http1Server extends ConnectionBase implements Http1Serving {
  readonly protocol: Promise<Protocol> = Promise.resolve('http/1.1');
  readonly io: Transport;
  readonly wire: Http1Wire<ServerSettings>;
  readonly settings: ServerSettings;
  readonly handler: Handler;
  closing = false;

  #exchange: Http1Exchange | null = null;
  #served = 0;
  #started = false;
  #failure: Failure = null;
  #over = false;

  /** @param first What was read from the transport already. */
  constructor(io: Transport, handler: Handler, settings: ServerSettings, first?: Uint8Array) {
    super(settings.signal);
    this.io = io;
    this.handler = handler;
    this.settings = settings;
    this.wire = new Http1Wire(io, 'server', settings, (reason) => this.#onLoss(reason), first);
    this.follow();
    this.#run()
      .catch((error) => this.lose(error))
      .then(() => this.#end());
  }

  get stats(): ConnectionStats {
    return this.wire.stats(this.#exchange, this.#served, 'request');
  }

  protected leave(): void {
    this.closing = true;
    if (this.#exchange === null && this.wire.input.codec.untouched) this.wire.wake();
  }

  /** The client is gone, or the connection was aborted. */
  protected lose(reason: unknown): void {
    this.#stop({ reason });
  }

  /** Between two requests a client may leave as it likes. */
  #onLoss(reason: unknown): void {
    const { untouched, state } = this.wire.input.codec;
    this.#stop(this.#exchange === null && (untouched || state === 'done') ? null : { reason });
  }

  #stop(failure: Failure): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = failure;
    if (failure) this.#exchange?.lose(failure.reason);
    this.io.abort(failure?.reason);
    this.wire.wake();
  }

  async #run(): Promise<void> {
    const { wire } = this;
    const { input } = wire;
    // A handler may end the connection, which whoever makes it has to have first.
    await undefined;
    while (!this.#over) {
      let events = input.receive();
      while (events.length === 0) {
        if (!(await this.#more())) return;
        events = input.receive();
      }
      wire.alarm.clear();
      this.#started = false;
      const exchange = this.#serve(events);
      if (exchange === undefined) return this.#hangUp();
      const answered = exchange.run();
      if (isPromise(answered)) await answered;
      if (exchange.lost || this.#over) return this.lose(exchange.lost?.reason);
      if (exchange.taken) return;
      if (!exchange.complete && !(await exchange.drain())) return this.#hangUp();
      this.#exchange = null;
      if (!exchange.reusable || this.closing || !input.codec.reusable) return this.#hangUp();
      input.codec.next();
    }
  }

  /** Begins an exchange. Undefined when the client gets no further one. */
  #serve(events: Event[]): Http1Exchange | undefined {
    const event = events.shift();
    if (event?.type === 'error') this.#refuse(event.error.statusHint ?? 400);
    if (event?.type !== 'request') return undefined;
    this.#served++;
    this.#exchange = new Http1Exchange(this, event, events);
    return this.#exchange;
  }

  /** Waits for bytes of a head. False when it is over. */
  async #more(): Promise<boolean> {
    const { settings, wire } = this;
    const { input } = wire;
    const filled = input.fill();
    if (isPromise(filled)) {
      const idle = input.codec.untouched;
      if (idle || !this.#started)
        wire.expire(idle && this.#served > 0 ? settings.keepAliveTimeout : settings.headersTimeout, idle);
      this.#started = !idle;
      if ((idle && this.closing) || !(await wire.until(filled))) {
        if (!this.#over && !input.codec.untouched) this.#refuse(408);
        await this.#hangUp();
        return false;
      }
    }
    if (input.lost === null) return true;
    this.#onLoss(input.lost.reason);
    return false;
  }

  #refuse(status: number): void {
    this.wire.output.addText(refusal(status));
    this.wire.output.flush();
  }

  /** Half-closes, goes on dropping for a while so that the reply is not destroyed (RFC 9112 section 9.6), and closes. */
  async #hangUp(): Promise<void> {
    const { io, settings, wire } = this;
    if (this.#over) return;
    const owing = io.flushed === undefined ? this.#served > 0 : !io.flushed;
    const drain = (): void => {
      if (!this.#over) wire.expire(settings.drainTimeout);
    };
    const flushed = halfClose(io, owing, settings, drain, (error) => this.lose(error));
    for (;;) {
      wire.input.takeUnused();
      if (wire.input.over || this.#over) break;
      if (!(await wire.more())) return;
    }
    if (!this.#over) await wire.until(flushed);
  }

  #end(): void {
    this.#exchange = null;
    this.wire.alarm.stop();
    if (!this.#over) this.io.abort();
    this.#over = true;
    this.settle(this.#failure);
  }
}
