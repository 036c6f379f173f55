import { ignore } from '../body/ignore.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import { ClientBase } from './client-base.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ConnectionStats, Protocol } from './connection.ts';
import { Http1Call } from './http1-call.ts';
import { Http1Wire } from './http1-wire.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { Transport } from './transport.ts';

/** A client's HTTP/1.1 connection: calls queue, and go out one after the other. */
export class Http1Client extends ClientBase<Http1Call> {
  readonly protocol: Promise<Protocol> = Promise.resolve('http/1.1');
  readonly #wire: Http1Wire<ClientSettings>;
  protected gone = false;
  #call: Http1Call | null = null;
  #sent = 0;

  constructor(io: Transport, settings: ClientSettings) {
    super(settings);
    this.#wire = new Http1Wire(io, 'client', settings, (reason) => {
      if (this.#call === null || reason instanceof BodyTimeoutError) return this.lose(reason);
      // The response may have come before the server stopped to listen: it is still read, if it comes.
      this.#call.stopUpload(reason);
      if (!this.#call.answered) this.#wire.alarm.set(settings.drainTimeout, () => this.lose(reason));
    });
    this.follow();
    this.#watch();
  }

  get stats(): ConnectionStats {
    return this.#wire.stats(this.#call, this.#sent, 'response');
  }

  protected call(request: OutgoingRequest): Http1Call {
    return new Http1Call(this.#wire, request);
  }

  protected next(): void {
    if (this.#call !== null || this.gone) return;
    let call = this.queue.shift();
    while (call?.failed) call = this.queue.shift();
    if (call === undefined) {
      if (this.closing) this.#finish();
      return;
    }
    this.#call = call;
    this.#sent++;
    call.onTunnel = () => {
      this.tunnelled = true;
      this.refuse();
    };
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
    this.#wire.alarm.stop();
    this.settle({ reason });
    this.#call?.fail(reason);
    this.#wire.io.abort(reason);
    this.refuse(reason);
  }

  /** While nothing is asked one read stays outstanding, so that the server's leaving is seen. */
  #watch(): void {
    if (this.#call !== null || this.gone) return;
    const { input } = this.#wire;
    this.#wire.watch(() => {
      if (this.#call !== null || this.gone) return;
      if (input.lost) this.lose(input.lost.reason);
      else if (input.eof) this.#finish();
      else if (input.unused > 0)
        this.lose(new ProtocolError('bytes from the server without a request', { protocol: 'http/1.1' }));
    });
  }

  /** Closes cleanly. */
  #finish(): void {
    if (this.gone) return;
    this.gone = true;
    this.#wire.alarm.stop();
    this.refuse();
    const { io } = this.#wire;
    io.close()
      .catch(ignore)
      .then(() => {
        io.abort();
        this.settle(null);
      });
  }
}
