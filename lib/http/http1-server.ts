import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import type { Event } from '../http1/events.ts';
import { Http1Receiver } from '../http1/receiver.ts';
import { Alarm } from './alarm.ts';
import type { ConnectionStats, Protocol } from './connection.ts';
import { ConnectionBase, type Failure } from './connection-base.ts';
import type { Handler } from './handler.ts';
import { Http1Exchange, type Http1Serving } from './http1-exchange.ts';
import { Http1Input } from './http1-input.ts';
import { lossOf } from './loss-of.ts';
import { Output } from './output.ts';
import { refusal } from './response-framing.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** A served HTTP/1.1 connection: one exchange after the other. */
export class Http1Server extends ConnectionBase implements Http1Serving {
  readonly protocol: Promise<Protocol> = Promise.resolve('http/1.1');
  readonly io: Transport;
  readonly input: Http1Input;
  readonly output: Output;
  readonly settings: ServerSettings;
  readonly handler: Handler;
  closing = false;

  readonly #alarm: Alarm;
  #exchange: Http1Exchange | null = null;
  #served = 0;
  #started = false;
  #failure: Failure = null;
  #over = false;
  /** Ends the wait for the client's next bytes. */
  #wake: ((moved: boolean) => void) | null = null;

  /** @param first What was read from the transport already. */
  constructor(io: Transport, handler: Handler, settings: ServerSettings, first?: Uint8Array) {
    super(settings.signal);
    this.io = io;
    this.handler = handler;
    this.settings = settings;
    this.input = new Http1Input(io, new Http1Receiver({ ...settings, role: 'server' }), first);
    this.output = new Output(io, settings.clock, settings.writeTimeout);
    this.output.onFail = (error) => this.lose(lossOf(error));
    this.#alarm = new Alarm(settings.clock);
    // A transport that fulfils may still have bytes to read: only a rejection is a loss by itself.
    io.closed.then(ignore, (error) => this.lose(lossOf(error)));
    this.follow();
    this.#run()
      .catch((error) => this.lose(error))
      .then(() => this.#end());
  }

  get stats(): ConnectionStats {
    const { input, output, settings } = this;
    const exchange = this.#exchange?.stats;
    return {
      protocol: 'http/1.1',
      bytesRead: input.bytesRead,
      bytesWritten: output.bytesWritten,
      unread: input.unused + (exchange?.request?.buffered ?? 0),
      budget: settings.highWaterMark,
      streams: exchange === undefined ? [] : [{ ...exchange, id: this.#served }],
    };
  }

  protected leave(): void {
    this.closing = true;
    if (this.#exchange === null && this.input.codec.untouched) this.#wake?.(false);
  }

  /** The client is gone, or the connection was aborted. */
  protected lose(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = { reason };
    this.#exchange?.lose(reason);
    this.io.abort(reason);
    this.#wake?.(false);
  }

  async #run(): Promise<void> {
    const { input } = this;
    for (;;) {
      let events = input.receive();
      while (events.length === 0) {
        if (!(await this.#more())) return;
        events = input.receive();
      }
      this.#alarm.clear();
      if (!this.#serve(events)) return this.#hangUp();
      const exchange = this.#exchange as unknown as Http1Exchange;
      const answered = exchange.run();
      if (isPromise(answered)) await answered;
      if (exchange.lost || this.#over) return this.lose(exchange.lost?.reason);
      if (exchange.tunnel) return;
      if (!exchange.complete) {
        if (exchange.readers) await exchange.readers;
        exchange.leaveBody();
        if (!(await this.#drain(exchange))) return this.#hangUp();
      }
      this.#exchange = null;
      if (!exchange.reusable || this.closing || !input.codec.reusable) return this.#hangUp();
      input.codec.next();
    }
  }

  /** Begins an exchange. False when the client gets no further one. */
  #serve(events: Event[]): boolean {
    const [event] = events;
    if (event?.type === 'request') {
      this.#served++;
      events.shift();
      this.#exchange = new Http1Exchange(this, event, events);
      return true;
    }
    if (event?.type === 'error') this.#refuse(event.error.statusHint ?? 400);
    return false;
  }

  /** Waits for bytes of a head. False when it is over. */
  async #more(): Promise<boolean> {
    const { input, settings } = this;
    const filled = input.fill();
    if (isPromise(filled)) {
      const idle = input.codec.untouched;
      if (idle && this.closing) return this.#hangUp().then(() => false);
      if (idle && this.#served > 0) this.#alarm.set(settings.keepAliveTimeout, this.#expire);
      else if (!this.#started || idle) this.#alarm.set(settings.headersTimeout, this.#expire);
      this.#started = !idle;
      const moved = await this.#wait(filled);
      if (!moved) {
        if (!this.#over && !input.codec.untouched) this.#refuse(408);
        await this.#hangUp();
        return false;
      }
    }
    if (input.failure === null) return true;
    // Between two requests a client may leave as it likes.
    if (!input.codec.untouched) this.lose(lossOf(input.failure.error));
    return false;
  }

  readonly #expire = (): void => this.#wake?.(false);

  /** True when the input was filled, false when time ran out or the connection is closing. */
  #wait(filled: Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      filled.then(() => resolve(true));
    });
  }

  #refuse(status: number): void {
    this.output.addText(refusal(status));
    try {
      const taken = this.output.flush();
      if (isPromise(taken)) taken.catch(ignore);
    } catch {
      // The output has told.
    }
  }

  /** Reads and drops what is left of a request. False when that is too much or takes too long. */
  async #drain(exchange: Http1Exchange): Promise<boolean> {
    const { input, settings } = this;
    const body = exchange.incoming;
    if (body === null || !exchange.reusable) return false;
    let left = settings.drainLimit;
    this.#alarm.set(settings.drainTimeout, this.#expire);
    while (!body.ended) {
      const dropped = body.drop();
      if (body.broken || this.#over) return false;
      if (dropped !== null) {
        left -= dropped;
        if (left < 0) return false;
        continue;
      }
      const filled = input.fill();
      if (isPromise(filled) && !(await this.#wait(filled))) return false;
    }
    this.#alarm.clear();
    return true;
  }

  /** Half-closes, goes on dropping for a while so that the reply is not destroyed (RFC 9112 section 9.6), and closes. */
  async #hangUp(): Promise<void> {
    const { input, io, settings } = this;
    if (this.#over) return;
    this.#alarm.set(settings.drainTimeout, this.#expire);
    const flushed = io.close().catch(ignore);
    for (;;) {
      input.takeUnused();
      if (input.over || this.#over) break;
      const filled = input.fill();
      if (isPromise(filled) && !(await this.#wait(filled))) return;
    }
    if (!this.#over) await this.#wait(flushed);
  }

  #end(): void {
    this.#exchange = null;
    this.#alarm.stop();
    if (!this.#over) this.io.abort();
    this.#over = true;
    this.settle(this.#failure);
  }
}
