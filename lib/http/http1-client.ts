import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import { RefusedError } from '../errors/refused-error.ts';
import { Http1Connection } from '../http1/connection.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ClientConnection, ConnectionStats, FetchInit, Protocol } from './connection.ts';
import { Http1Call, type Http1Client } from './http1-call.ts';
import { Http1Input } from './http1-input.ts';
import { lossOf } from './loss-of.ts';
import { outgoingRequest } from './outgoing-request.ts';
import { Output } from './output.ts';
import type { Transport } from './transport.ts';

/** A client's HTTP/1.1 connection: calls queue, and go out one after the other. */
class Http1ClientConnection implements Http1Client {
  readonly protocol: Promise<Protocol> = Promise.resolve('http/1.1' as const);
  readonly io: Transport;
  readonly input: Http1Input;
  readonly output: Output;
  readonly settings: ClientSettings;

  readonly #closed = deferred<void>();
  readonly #queue: Http1Call[] = [];
  #call: Http1Call | null = null;
  #sent = 0;
  #closing = false;
  #over = false;
  readonly #abort = (): void => this.abort(this.settings.signal?.reason);

  constructor(io: Transport, settings: ClientSettings) {
    this.io = io;
    this.settings = settings;
    this.input = new Http1Input(io, new Http1Connection({ ...settings, role: 'client' }));
    this.output = new Output(io, settings.clock, settings.writeTimeout);
    // The response may have come before the server stopped to listen: it is still read.
    this.output.onFail = (error) =>
      error instanceof BodyTimeoutError ? this.#end(error) : this.#call?.stopUpload(lossOf(error));
    this.#closed.promise.catch(ignore);
    io.closed.then(ignore, (error) => this.#call?.stopUpload(lossOf(error)));
    const { signal } = settings;
    if (signal?.aborted) this.#abort();
    else {
      signal?.addEventListener('abort', this.#abort);
      this.#watch();
    }
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async fetch(input: Request | URL | string, init: FetchInit = {}): Promise<Response> {
    const { origin, fetchAPI } = this.settings;
    const call = new Http1Call(this, outgoingRequest(input, init, origin, fetchAPI));
    if (this.#over || this.#closing) call.fail(new RefusedError('The connection is closed'));
    if (!call.failed) {
      this.#queue.push(call);
      this.#next();
    }
    return call.response;
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#next();
    return this.closed.catch(ignore);
  }

  abort(reason: unknown = new ClosedError(undefined, 'The connection was aborted')): void {
    this.#end(reason);
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

  /** Sends the next request, or closes when no more will come. */
  #next(): void {
    if (this.#call !== null || this.#over) return;
    const call = this.#queue.shift();
    if (call === undefined) {
      if (this.#closing) this.#finish();
      return;
    }
    if (call.failed) return this.#next();
    this.#call = call;
    this.#sent++;
    call
      .run()
      .catch((error) => call.fail(error))
      .then(() => {
        this.#call = null;
        if (this.#over) return;
        if (call.loss !== undefined) this.#end(call.loss);
        else if (!call.reusable) this.#finish();
        else {
          this.#next();
          this.#watch();
        }
      });
  }

  /** While nothing is asked one read stays outstanding, so that the server's leaving is seen. */
  #watch(): void {
    if (this.#call !== null || this.#over) return;
    const { input } = this;
    const look = (): void => {
      if (this.#call !== null || this.#over) return;
      if (input.failure) this.#end(lossOf(input.failure.error));
      else if (input.eof) this.#finish();
      else if (input.unused > 0)
        this.#end(new ProtocolError('bytes from the server without a request', { protocol: 'http/1.1' }));
    };
    const filled = input.fill();
    if (isPromise(filled)) filled.then(look);
    else look();
  }

  /** Closes cleanly. */
  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#refuse();
    this.io
      .close()
      .catch(ignore)
      .then(() => {
        this.io.abort();
        this.#closed.resolve();
      });
  }

  #end(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#closed.reject(reason);
    this.#call?.fail(reason);
    this.io.abort(reason);
    this.#refuse(reason);
  }

  #refuse(reason?: unknown): void {
    this.settings.signal?.removeEventListener('abort', this.#abort);
    const error = new RefusedError(
      'The connection closed before the request was sent',
      reason === undefined ? undefined : { cause: reason },
    );
    for (const call of this.#queue.splice(0)) call.fail(error);
  }
}

if (Symbol.asyncDispose) {
  Object.defineProperty(Http1ClientConnection.prototype, Symbol.asyncDispose, {
    value(this: Http1ClientConnection) {
      return this.close();
    },
  });
}

/** Speaks HTTP/1.1 to the server at the other end of a transport. */
export function http1Client(io: Transport, settings: ClientSettings): ClientConnection {
  return new Http1ClientConnection(io, settings) as unknown as ClientConnection;
}
