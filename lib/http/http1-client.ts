import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import { Http1Receiver } from '../http1/receiver.ts';
import { ClientBase } from './client-base.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ConnectionStats, Protocol } from './connection.ts';
import { Http1Call, type Http1Calling } from './http1-call.ts';
import { Http1Input } from './http1-input.ts';
import { lossOf } from './loss-of.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { Output } from './output.ts';
import type { Transport } from './transport.ts';

/** A client's HTTP/1.1 connection: calls queue, and go out one after the other. */
export class Http1Client extends ClientBase<Http1Call> implements Http1Calling {
  readonly protocol: Promise<Protocol> = Promise.resolve('http/1.1');
  readonly io: Transport;
  readonly input: Http1Input;
  readonly output: Output;
  protected gone = false;
  #call: Http1Call | null = null;
  #sent = 0;

  constructor(io: Transport, settings: ClientSettings) {
    super(settings);
    this.io = io;
    this.input = new Http1Input(io, new Http1Receiver({ ...settings, role: 'client' }));
    this.output = new Output(io, settings.clock, settings.writeTimeout);
    // The response may have come before the server stopped to listen: it is still read.
    this.output.onFail = (error) =>
      error instanceof BodyTimeoutError ? this.lose(error) : this.#call?.stopUpload(lossOf(error));
    io.closed.then(ignore, (error) => this.#call?.stopUpload(lossOf(error)));
    if (this.follow()) this.#watch();
  }

  get stats(): ConnectionStats {
    const { input, output, settings } = this;
    const call = this.#call?.stats;
    return {
      protocol: 'http/1.1',
      bytesRead: input.bytesRead,
      bytesWritten: output.bytesWritten,
      unread: input.unused + (call?.response?.buffered ?? 0),
      budget: settings.highWaterMark,
      streams: call === undefined ? [] : [{ ...call, id: this.#sent }],
    };
  }

  protected call(request: OutgoingRequest): Http1Call {
    return new Http1Call(this, request);
  }

  protected next(): void {
    if (this.#call !== null || this.gone) return;
    const call = this.queue.shift();
    if (call === undefined) {
      if (this.closing) this.#finish();
      return;
    }
    if (call.failed) return this.next();
    this.#call = call;
    this.#sent++;
    call
      .run()
      .catch((error) => call.fail(error))
      .then(() => {
        this.#call = null;
        if (this.gone) return;
        if (call.loss !== undefined) this.lose(call.loss);
        else if (!call.reusable) this.#finish();
        else {
          this.next();
          this.#watch();
        }
      });
  }

  protected lose(reason: unknown): void {
    if (this.gone) return;
    this.gone = true;
    this.settle({ reason });
    this.#call?.fail(reason);
    this.io.abort(reason);
    this.refuse(reason);
  }

  /** While nothing is asked one read stays outstanding, so that the server's leaving is seen. */
  #watch(): void {
    if (this.#call !== null || this.gone) return;
    const { input } = this;
    const look = (): void => {
      if (this.#call !== null || this.gone) return;
      if (input.failure) this.lose(lossOf(input.failure.error));
      else if (input.eof) this.#finish();
      else if (input.unused > 0)
        this.lose(new ProtocolError('bytes from the server without a request', { protocol: 'http/1.1' }));
    };
    const filled = input.fill();
    if (isPromise(filled)) filled.then(look);
    else look();
  }

  /** Closes cleanly. */
  #finish(): void {
    if (this.gone) return;
    this.gone = true;
    this.refuse();
    this.io
      .close()
      .catch(ignore)
      .then(() => {
        this.io.abort();
        this.settle(null);
      });
  }
}
