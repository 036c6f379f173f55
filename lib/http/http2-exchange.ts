import { BodyCore } from '../body/body-core.ts';
import type { BodyStats } from '../body/body-stats.ts';
import { BodyStream } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ClosedError } from '../errors/closed-error.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import { ErrorCode } from '../http2/error-code.ts';
import type { Header } from '../http2/header.ts';
import { dateField } from './date-field.ts';
import { ExchangeInfo } from './exchange-info.ts';
import type { FetchAPI } from './fetch-api.ts';
import type { Handler } from './handler.ts';
import { hostOf } from './host-of.ts';
import { Http2Body } from './http2-body.ts';
import { Http2Sender } from './http2-sender.ts';
import type { Http2Owner, Http2Session } from './http2-session.ts';
import { openTunnel } from './http2-tunnel.ts';
import { lightRequest, type RequestParts } from './light-request.ts';
import { type OutgoingResponse, outgoingResponse } from './outgoing-response.ts';
import { pairsTo } from './pairs-to.ts';
import { resetReason } from './reset-reason.ts';
import type { Upgrade } from './serve-options.ts';
import type { ServerSettings } from './server-settings.ts';

/** What the exchanges of one connection share. */
export interface Http2Server {
  readonly session: Http2Session;
  readonly settings: ServerSettings;
  readonly handler: Handler;
  /** Handlers that have not answered. */
  running: number;
}

type Head = Http2Event & { type: 'request' };

/** One request of a served HTTP/2 connection, and its response. */
export class Http2Exchange implements RequestParts, Http2Owner {
  readonly method: string;
  readonly incoming: Http2Body | null;
  sender: Http2Sender | null = null;

  readonly #server: Http2Server;
  readonly #head: Head;
  readonly #info: ExchangeInfo;
  #request: Request | undefined;
  #stream: BodyStream | undefined;
  #controller: AbortController | undefined;
  #completed: Deferred<void> | undefined;
  #core: BodyCore | null = null;
  #failure: { readonly reason: unknown } | undefined;
  /** The client is gone, or has reset it. */
  #lost: { readonly reason: unknown } | undefined;
  #running = false;
  #headSent = false;
  /** A tunnel was opened, or none is there to be. */
  #taken = false;
  /** All of the response is on its way, or it was cut off. */
  #over = false;
  #done = false;
  #continue: boolean;
  #urgency: number;

  constructor(server: Http2Server, head: Head) {
    this.#server = server;
    this.#head = head;
    this.method = head.method;
    this.#info = new ExchangeInfo(this, server.session.io, 'h2');
    this.#continue = false;
    this.#urgency = head.priority.urgency;
    this.incoming = head.endStream ? null : this.#receiver();
  }

  /** Lets the handler answer it. */
  start(): void {
    const { settings, handler } = this.#server;
    const { method, scheme, authority, protocol } = this.#head;
    const plain = method === 'CONNECT' && protocol === undefined;
    if (!plain && scheme !== 'http' && scheme !== 'https') return this.#refuse(400);
    if (hostOf(plain ? 'http' : scheme, authority) === null) return this.#refuse(400);
    if (method === 'TRACE' || method === 'TRACK') return this.#refuse(501);
    const request = lightRequest(this, settings.fetchAPI);
    this.#request = request;
    if (method === 'CONNECT') this.#connect(request);
    else this.#handle(() => handler(request, this.#info));
  }

  reset(event: Http2Event & { type: 'reset' }): void {
    this.#server.session.forget(this.#head.streamId);
    const reason = resetReason(event);
    if (event.error !== undefined) this.report(event.error);
    this.lose(reason);
  }

  prioritise(urgency: number): void {
    this.#urgency = urgency;
    if (this.sender !== null) this.sender.urgency = urgency;
  }

  received(): void {
    if (this.#taken && this.#done) this.#finish();
  }

  /** The client is gone: everyone hears of it at once, with one reason. */
  lose(reason: unknown): void {
    if (this.#done) return this.incoming?.fail(reason);
    this.#lost = { reason };
    this.#done = true;
    this.#controller?.abort(reason);
    this.incoming?.fail(reason);
    if (this.sender !== null) this.sender.stop(reason);
    else if (this.#core !== null) cancelQuietly(this.#core, reason);
    this.#fail(reason);
    if (!this.#running) this.#leaveBody();
  }

  get bodies(): { request: BodyStats | undefined; response: BodyStats | undefined } {
    return { request: this.#stream?.stats, response: this.#core?.stats };
  }

  // What the Request asks for.

  url(): string {
    const { scheme, authority, path } = this.#head;
    if (scheme === '') return `http://${authority}/`;
    const url = new URL(`${scheme}://${authority}${path === '*' ? '/' : path}`);
    return url.href;
  }

  headers(Headers: FetchAPI['Headers']): Headers {
    const headers = pairsTo(this.#head.headers, new Headers());
    if (!headers.has('host')) headers.set('host', this.#head.authority);
    return headers;
  }

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#lost) this.#controller.abort(this.#lost.reason);
    }
    return this.#controller.signal;
  }

  /** Null for GET and HEAD too, whose Request can't have one, and for a tunnel, whose bytes are no content. */
  body(): BodyStream | null {
    const { method, incoming } = this;
    if (incoming === null || method === 'GET' || method === 'HEAD' || method === 'CONNECT') return null;
    this.#stream ??= new BodyStream(incoming, { type: 'bytes', transfer: true });
    return this.#stream;
  }

  // What the HandlerInfo asks for.

  get path(): '*' | undefined {
    return this.#head.path === '*' ? '*' : undefined;
  }

  get connectProtocol(): string | undefined {
    return this.#head.protocol;
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
    if (this.#headSent || this.#lost) return;
    const fields: Header[] = [[':status', String(status)]];
    new this.#server.settings.fetchAPI.Headers(init).forEach((value, name) => {
      fields.push([name, value]);
    });
    this.#inform(fields);
  }

  #inform(fields: readonly Header[]): void {
    const { session } = this.#server;
    session.codec.sendInformational(this.#head.streamId, fields);
    session.wake();
  }

  #receiver(): Http2Body {
    const { session, settings } = this.#server;
    const { streamId, headers, contentLength } = this.#head;
    let declared = false;
    for (const [name, value] of headers) {
      if (name === 'trailer') declared = true;
      if (name === 'expect' && value.toLowerCase() === '100-continue') this.#continue = true;
    }
    return new Http2Body(contentLength, declared, settings.transfer, {
      begin: () => {
        if (!this.#continue || this.#headSent || this.#lost) return;
        this.#inform([[':status', '100']]);
      },
      consumed: (bytes) => {
        session.codec.consumed(streamId, bytes);
        if (session.codec.queued > 0) session.wake();
      },
      cancel: () => this.#stopReading(),
      trailers: (fields) => pairsTo(fields, new settings.fetchAPI.Headers()),
    });
  }

  /** @param answer Gives undefined when it has answered itself. */
  #handle(answer: () => Response | Promise<Response | undefined>): void {
    let response: Response | Promise<Response | undefined>;
    try {
      response = answer();
    } catch (error) {
      return this.#failed(error);
    }
    if (!isPromise(response)) return this.#answer(response);
    this.#running = true;
    this.#server.running++;
    this.#server.session.expecting++;
    response.then(
      (late) => {
        this.#settle();
        if (!this.#taken) this.#answer(late as Response);
      },
      (error) => {
        this.#settle();
        this.#failed(error);
      },
    );
  }

  #settle(): void {
    this.#running = false;
    this.#server.running--;
    this.#server.session.expecting--;
  }

  #connect(request: Request): void {
    const { settings } = this.#server;
    this.#handle(async () => {
      const decision = await settings.onConnect?.(request, this.#info);
      if (decision && typeof decision !== 'function' && !('start' in decision)) return decision;
      this.#taken = true;
      if (!decision) this.#refuse(501);
      else if (!this.#lost) await this.#open(typeof decision === 'function' ? { start: decision } : decision);
      return undefined;
    });
  }

  /** The stream is a connection of its own from here on. */
  #open({ headers, start }: Upgrade): void | Promise<void> {
    const { core, duplex } = openTunnel(this.incoming, (reason) => this.#cut(reason, ErrorCode.CANCEL));
    const fields: [string, string][] = [];
    new this.#server.settings.fetchAPI.Headers(headers).forEach((value, name) => {
      fields.push([name, value]);
    });
    this.#send({ status: 200, statusText: '', fields, body: core, contentLength: undefined });
    return start(duplex);
  }

  #answer(response: Response): void {
    let outgoing: OutgoingResponse;
    try {
      outgoing = outgoingResponse(response, this.method);
    } catch (error) {
      return this.#failed(error);
    }
    if (this.#lost || this.#done) {
      if (outgoing.body instanceof BodyCore) cancelQuietly(outgoing.body, this.#lost?.reason);
      this.#leaveBody();
      return;
    }
    try {
      this.#send(outgoing);
    } catch (error) {
      if (outgoing.body instanceof BodyCore) cancelQuietly(outgoing.body, error);
      this.#failed(error);
    }
  }

  #send({ status, fields, body, contentLength }: OutgoingResponse): void {
    const { session } = this.#server;
    const { streamId } = this.#head;
    const head: Header[] = [[':status', String(status)]];
    let dated = false;
    for (const field of fields) {
      if (field[0] === 'date') dated = true;
      head.push(field);
    }
    if (!dated) head.push(['date', dateField()]);
    if (contentLength !== undefined) head.push(['content-length', String(contentLength)]);
    if (body === null || (body instanceof Uint8Array && body.byteLength === 0)) {
      session.codec.sendHeaders(streamId, head, true);
      this.#headSent = true;
      return this.#sent();
    }
    const sender = new Http2Sender(session, streamId, body, {
      sent: () => this.#sent(),
      failed: (error) => this.#cut(error),
      report: (error) => this.report(error),
    });
    sender.urgency = this.#urgency;
    session.codec.sendHeaders(streamId, head, sender.empty);
    this.#headSent = true;
    this.sender = sender;
    if (body instanceof BodyCore) this.#core = body;
    session.wake();
    sender.start();
  }

  /** The end of the response is queued. */
  #sent(): void {
    const { session } = this.#server;
    this.#over = true;
    session.wake();
    session.whenWritten(() => {
      if (this.#done) return;
      this.#done = true;
      this.#completed?.resolve();
      // A tunnel that is half-closed goes on.
      if (this.#taken && this.incoming?.ended === false) return;
      const { waits } = this.#info;
      if (this.incoming !== null && !this.incoming.ended && this.incoming.begun && waits)
        waits.then(() => this.#finish());
      else this.#finish();
    });
  }

  #finish(): void {
    if (!this.#taken) this.#leaveBody();
    this.#server.session.forget(this.#head.streamId);
  }

  /** The handler failed, or what it gave can not be sent. */
  #failed(error: unknown): void {
    this.report(error);
    this.#fail(error);
    if (this.#lost || this.#over) return this.#leaveBody();
    if (this.#headSent) return this.#cut(error);
    this.#refuse(500);
  }

  #refuse(status: number): void {
    if (this.#lost) return;
    this.#send({ status, statusText: '', fields: [], body: null, contentLength: 0 });
  }

  /** The body failed after the head: what was sent must not look finished. */
  #cut(error: unknown, code: number = ErrorCode.INTERNAL_ERROR): void {
    if (this.#over || this.#done) return;
    this.#over = this.#done = true;
    const { session } = this.#server;
    if (code !== ErrorCode.CANCEL) this.report(error);
    this.#fail(error);
    this.sender?.stop(error);
    session.codec.reset(this.#head.streamId, code);
    this.incoming?.fail(error);
    this.#leaveBody();
    this.#finish();
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#completed?.reject(reason);
  }

  /** Nobody reads the rest of the request. */
  #leaveBody(): void {
    if (this.incoming === null) return;
    const why = 'The response was complete before the body was read';
    this.incoming.detach(this.#lost?.reason ?? new ClosedError(undefined, why));
    this.#stopReading();
  }

  #stopReading(): void {
    const { session } = this.#server;
    session.codec.stopReading(this.#head.streamId);
    session.wake();
  }
}
