import { BodyCore } from '../body/body-core.ts';
import { BodyStream } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import { ChunkedEncoder } from '../http1/chunked-encoder.ts';
import type { Event, RequestEvent } from '../http1/events.ts';
import { writeResponseHead } from '../http1/write-response-head.ts';
import type { StreamStats } from './connection.ts';
import { ExchangeInfo } from './exchange-info.ts';
import type { FetchAPI } from './fetch-api.ts';
import { flatHeaders } from './flat-headers.ts';
import type { Handler } from './handler.ts';
import { hostOf } from './host-of.ts';
import { Http1Body, type Http1BodyHooks } from './http1-body.ts';
import type { Http1Input } from './http1-input.ts';
import { handOver } from './http1-tunnel.ts';
import { lightRequest, type RequestParts } from './light-request.ts';
import { lossOf } from './loss-of.ts';
import { type OutgoingResponse, outgoingResponse } from './outgoing-response.ts';
import type { Output } from './output.ts';
import { type Delimiter, delimiterOf, responseHead } from './response-framing.ts';
import { sendBody } from './send-body.ts';
import type { ServerSettings } from './server-settings.ts';
import { trailerFields } from './trailer-fields.ts';
import type { Transport } from './transport.ts';

/** What the exchanges of one connection share. */
export interface Http1Server {
  readonly io: Transport;
  readonly input: Http1Input;
  readonly output: Output;
  readonly settings: ServerSettings;
  readonly handler: Handler;
  /** No request follows this one. */
  readonly closing: boolean;
}

/** Paths that a URL leaves as they are: no dot segments, nothing to escape. */
const PLAIN = /^(?:\/(?!\.|%2e)[\w~!$&()*+,;=:@%.-]*)+(?:\?[\w~!$&()*+,;=:@%./?-]*)?$/i;

const CONTINUE = writeResponseHead({ status: 100, headers: [] });

/** One request of a served HTTP/1.1 connection, and its response. */
export class Http1Exchange implements RequestParts {
  readonly method: string;
  /** The connection can carry another request. */
  reusable = false;
  /** What ended it before its response was complete. */
  lost: { readonly reason: unknown } | undefined;
  /** The connection left HTTP. */
  tunnel = false;
  /** What is left of the request after the response, to be dropped. */
  readonly incoming: Http1Body | null;

  readonly #server: Http1Server;
  readonly #head: RequestEvent;
  readonly #info: ExchangeInfo;
  #request: Request | undefined;
  #stream: BodyStream | undefined;
  #controller: AbortController | undefined;
  #completed: Deferred<void> | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #finished: Deferred<void> | undefined;
  #core: BodyCore | null = null;
  #headSent = false;
  #done = false;
  #watching = false;
  #continue: boolean;
  #begun = false;
  #waited = 0;
  #late: BodyTimeoutError | undefined;

  constructor(server: Http1Server, head: RequestEvent, events: readonly Event[]) {
    this.#server = server;
    this.#head = head;
    this.method = head.method;
    this.#continue = head.expectContinue;
    this.#info = new ExchangeInfo(this, server.io, 'http/1.1');
    const declared = head.framing.kind === 'chunked' && head.headers.includes('trailer');
    this.incoming =
      head.framing.length === 0
        ? null
        : new Http1Body(server.input, head.framing, events, declared, this.#hooks());
  }

  /** Answers it. Fulfils, or returns, when the response is over or the client lost. */
  run(): void | Promise<void> {
    this.#start();
    if (this.#done) return undefined;
    this.#finished = deferred();
    return this.#finished.promise;
  }

  /** The client is gone: everyone hears of it at once, with one reason. */
  lose(reason: unknown): void {
    if (this.#done || this.lost) return;
    this.lost = { reason };
    this.#controller?.abort(reason);
    this.incoming?.fail(reason);
    if (this.#core) cancelQuietly(this.#core, reason);
    this.#fail(reason);
    this.#finish();
  }

  get complete(): boolean {
    return this.incoming === null || this.incoming.ended;
  }

  /** What the client sent so far can not be followed by another request, or it was told so. */
  get begun(): boolean {
    return this.#begun;
  }

  get waits(): Promise<unknown> | undefined {
    return this.#info.waits;
  }

  get stats(): StreamStats {
    return {
      id: 1,
      state: this.complete ? 'half-closed' : 'open',
      request: this.#stream?.stats,
      response: this.#core?.stats,
    };
  }

  // What the Request asks for.

  url(): string {
    const { form, path } = this.#head;
    const start = `${this.#scheme}://${hostOf(this.#scheme, this.#authority)}`;
    if (form === 'asterisk' || form === 'authority') return `${start}/`;
    if (PLAIN.test(path)) return start + path;
    const url = new URL(start + path);
    url.hash = '';
    return url.href;
  }

  headers(Headers: FetchAPI['Headers']): Headers {
    return flatHeaders(this.#head.headers, new Headers());
  }

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.lost) this.#controller.abort(this.lost.reason);
    }
    return this.#controller.signal;
  }

  /** Null for GET and HEAD too, whose Request can't have one. */
  body(): BodyStream | null {
    if (this.incoming === null || this.method === 'GET' || this.method === 'HEAD') return null;
    const { highWaterMark, transfer } = this.#server.settings;
    this.#stream ??= new BodyStream(this.incoming, { type: 'bytes', highWaterMark, transfer });
    return this.#stream;
  }

  get #scheme(): string {
    return this.#head.scheme ?? (this.#server.io.info?.encrypted ? 'https' : 'http');
  }

  get #authority(): string {
    return this.#head.authority ?? this.#server.io.info?.localAddress ?? 'localhost';
  }

  // What the HandlerInfo asks for.

  get path(): '*' | undefined {
    return this.#head.form === 'asterisk' ? '*' : undefined;
  }

  get native(): unknown {
    return this.#server.settings.native;
  }

  get completed(): Promise<void> {
    if (this.#completed === undefined) {
      this.#completed = deferred();
      this.#completed.promise.catch(ignore);
      if (this.#failure) this.#completed.reject(this.#failure.reason);
      else if (this.#done) this.#completed.resolve();
    }
    return this.#completed.promise;
  }

  report(error: unknown): void {
    this.#server.settings.report(error, this.#request);
  }

  inform(status: number, init: HeadersInit | undefined): void {
    if (!Number.isInteger(status) || status < 102 || status > 199) {
      throw new RangeError(`Cannot inform as status must be from 102 to 199: received ${status}`);
    }
    if (this.#headSent || this.lost || this.#head.version === '1.0') return;
    const headers: string[] = [];
    new this.#server.settings.fetchAPI.Headers(init).forEach((value, name) => {
      headers.push(name, value);
    });
    this.#write(writeResponseHead({ status, headers }));
  }

  #start(): void {
    const { handler, settings } = this.#server;
    const { method, form, upgrade } = this.#head;
    const scheme = this.#scheme;
    if (scheme !== 'http' && scheme !== 'https') return this.#refuse(400);
    if (hostOf(scheme, this.#authority) === null) return this.#refuse(400);
    if (method === 'TRACE' || method === 'TRACK') return this.#refuse(501);
    const request = lightRequest(this, settings.fetchAPI);
    this.#request = request;
    if (form === 'authority' || (upgrade !== null && settings.onUpgrade && this.complete)) {
      handOver(this.#server, this.#head, request, this.#info).then(
        (response) => {
          if (response === 'taken') {
            this.tunnel = true;
            this.#finish();
          } else if (response) this.#answer(response);
          else if (form === 'authority') this.#refuse(501);
          else this.#handle(handler, request);
        },
        (error) => this.#failed(error),
      );
      return;
    }
    this.#handle(handler, request);
  }

  #handle(handler: Handler, request: Request): void {
    let response: Response | Promise<Response>;
    try {
      response = handler(request, this.#info);
    } catch (error) {
      return this.#failed(error);
    }
    if (!isPromise(response)) return this.#answer(response);
    response.then(
      (late) => this.#answer(late),
      (error) => this.#failed(error),
    );
    this.#watch();
  }

  #answer(response: Response): void {
    let outgoing: OutgoingResponse;
    try {
      outgoing = outgoingResponse(response, this.method);
    } catch (error) {
      return this.#failed(error);
    }
    const core = outgoing.body instanceof BodyCore ? outgoing.body : null;
    if (this.lost) {
      if (core) cancelQuietly(core, this.lost.reason);
      return;
    }
    const { version } = this.#head;
    const delimiter = delimiterOf(outgoing, version);
    const keepAlive = this.#keepsAlive(delimiter, core === null);
    try {
      this.#server.output.addText(responseHead(outgoing, delimiter, version, keepAlive));
    } catch (error) {
      if (core) cancelQuietly(core, error);
      return this.#failed(error);
    }
    this.#headSent = true;
    this.reusable = keepAlive;
    if (core === null) {
      if (outgoing.body !== null) this.#server.output.add(outgoing.body as Uint8Array);
      return this.#last();
    }
    this.#core = core;
    this.#send(core, delimiter).then(
      () => {
        if (!this.lost) this.#last();
      },
      (error) => this.#cut(error, delimiter),
    );
    if (!this.#done) this.#watch();
  }

  async #send(core: BodyCore, delimiter: Delimiter): Promise<void> {
    const { output, settings } = this.#server;
    const stopped = (): boolean => this.lost !== undefined;
    if (delimiter !== 'chunked') {
      await sendBody(core, output, settings.highWaterMark, (chunk) => output.add(chunk), stopped);
      return;
    }
    const encoder = new ChunkedEncoder();
    const encode = (chunk: Uint8Array): void => {
      for (const piece of encoder.encode(chunk)) output.add(piece);
    };
    await sendBody(core, output, settings.highWaterMark, encode, stopped);
    if (stopped()) return;
    const { trailers } = core;
    output.add(encoder.end(trailers === undefined ? [] : trailerFields(await trailers).flat()));
  }

  /** Everything is in `output`: writes it, and is done. */
  #last(): void {
    try {
      const taken = this.#server.output.flush();
      if (!isPromise(taken)) return this.#succeed();
      taken.then(() => this.#succeed(), ignore);
      this.#watch();
    } catch {
      // The output has told.
    }
  }

  #succeed(): void {
    if (this.#done || this.lost) return;
    this.#completed?.resolve();
    this.#finish();
  }

  /** The handler failed, or what it gave can not be sent. */
  #failed(error: unknown): void {
    this.report(error);
    this.#fail(error);
    if (this.lost) return;
    if (this.#late !== undefined && error === this.#late) return this.#refuse(408);
    const peer = error instanceof ProtocolError && this.incoming?.broken ? error.statusHint : undefined;
    this.#refuse(peer ?? 500);
  }

  #refuse(status: number): void {
    const outgoing = { status, statusText: '', fields: [], body: null, contentLength: 0 };
    this.reusable = status >= 500 && this.#keepsAlive('length', true);
    this.#headSent = true;
    this.#server.output.addText(responseHead(outgoing, 'length', this.#head.version, this.reusable));
    this.#last();
  }

  /** The body failed after the head: what was sent must not look finished. */
  #cut(error: unknown, delimiter: Delimiter): void {
    if (this.lost) return;
    this.report(error);
    this.#fail(error);
    this.reusable = false;
    const { io, output } = this.#server;
    const end = (): void => {
      // Only a reset tells a body that runs until close from a complete one.
      if (delimiter === 'close') io.abort(error);
      this.#finish();
    };
    try {
      const taken = output.flush();
      if (isPromise(taken)) taken.then(end, ignore);
      else end();
    } catch {
      // The output has told.
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#completed?.reject(reason);
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#finished?.resolve();
  }

  /** While a response is pending and the request received, one read stays outstanding, so that a loss is seen. */
  #watch(): void {
    if (this.#done || this.lost || this.#watching || !this.complete) return;
    this.#watching = true;
    const { input, settings } = this.#server;
    const look = (): void => {
      this.#watching = false;
      if (input.failure) this.lose(lossOf(input.failure.error));
      else if (input.eof && input.unused === 0 && !settings.halfClose) this.lose(lossOf());
    };
    const filled = input.fill();
    if (isPromise(filled)) filled.then(look);
    else look();
  }

  /** Whether to promise another request. */
  #keepsAlive(delimiter: Delimiter, immediate: boolean): boolean {
    const { closing, settings, input } = this.#server;
    if (!this.#head.keepAlive || closing || delimiter === 'close' || input.over) return false;
    if (this.complete) return true;
    // A client that was not told to continue may or may not send its body (RFC 9110 section 10.1.1).
    if (this.#continue || this.incoming?.broken) return false;
    const length = this.#head.framing.length ?? 0;
    return !(immediate && !this.#begun && length - (this.incoming?.received ?? 0) > settings.drainLimit);
  }

  #hooks(): Http1BodyHooks {
    return {
      begin: () => {
        this.#begun = true;
        if (!this.#continue || this.#headSent || this.lost) return;
        this.#continue = false;
        this.#write(CONTINUE);
      },
      end: () => this.#watch(),
      fail: (error, lost) => {
        if (!lost) return error;
        const reason = this.lost?.reason ?? lossOf(error);
        this.lose(reason);
        return reason;
      },
      ...(this.#server.settings.minRate !== undefined && { wait: (received) => this.#wait(received) }),
      trailers: (fields) => flatHeaders(fields, new this.#server.settings.fetchAPI.Headers()),
    };
  }

  /** Precedent: Apache's `RequestReadTimeout body=20,MinRate=500`. Only time in which the client is waited for counts. */
  #wait(received: number): () => void {
    const { clock, headersTimeout, minRate = 1 } = this.#server.settings;
    const grace = headersTimeout + (received / minRate) * 1000;
    const began = clock.now();
    const timer = clock.setTimeout(() => {
      this.#late = new BodyTimeoutError('ERR_DEADLINE', Math.round(grace));
      this.incoming?.fail(this.#late, true);
    }, grace - this.#waited);
    return () => {
      this.#waited += clock.now() - began;
      clock.clearTimeout(timer);
    };
  }

  #write(bytes: Uint8Array): void {
    const { output } = this.#server;
    output.add(bytes);
    try {
      const taken = output.flush();
      if (isPromise(taken)) taken.catch(ignore);
    } catch {
      // The output has told.
    }
  }

  /** After the response: nobody reads the rest of the request. */
  leaveBody(): void {
    this.incoming?.detach(new ClosedError(undefined, 'The response was complete before the body was read'));
  }
}
