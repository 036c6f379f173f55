import type { BodyStats } from '../body/body-stats.ts';
import { BodyStream, coreOf } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import { ErrorCode } from '../http2/error-code.ts';
import type { Header } from '../http2/header.ts';
import type { ClientSettings } from './client-settings.ts';
import { Http2Body } from './http2-body.ts';
import { Http2Sender } from './http2-sender.ts';
import type { Http2Owner, Http2Session } from './http2-session.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { pairsTo } from './pairs-to.ts';
import { resetReason } from './reset-reason.ts';
import { respond } from './respond.ts';

/** Precedent: curl waits 1 s for 100 (Continue). */
const EXPECT_TIMEOUT = 1000;

type Head = Http2Event & { type: 'response' };

/** One request of a client's HTTP/2 connection, and its response. */
export class Http2Call implements Http2Owner {
  readonly request: OutgoingRequest;
  incoming: Http2Body | null = null;
  sender: Http2Sender | null = null;
  readonly #session: Http2Session;
  readonly #settings: ClientSettings;
  readonly #response = deferred<Response>();
  #stream: BodyStream | null = null;
  /** The one reason for the response and the upload. */
  #failure: { readonly reason: unknown } | undefined;
  /** 0 before it is sent. */
  #id = 0;
  #uploaded = false;
  #answered = false;
  /** Nothing more comes, or is wanted. */
  #over = false;
  #timer: unknown;
  #waitsToSend = false;
  readonly #abort = (): void => this.fail(this.request.signal?.reason);

  readonly #again: (call: Http2Call) => boolean;

  /** @param again Refused unprocessed, with nothing of its body pulled: may it be sent again? */
  constructor(
    session: Http2Session,
    settings: ClientSettings,
    request: OutgoingRequest,
    again: (call: Http2Call) => boolean,
  ) {
    this.#again = again;
    this.#session = session;
    this.#settings = settings;
    this.request = request;
    this.#response.promise.catch(ignore);
    const { signal } = request;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  get response(): Promise<Response> {
    return this.#response.promise;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  get bodies(): { request: BodyStats | undefined; response: BodyStats | undefined } {
    return { request: this.request.body?.stats, response: this.#stream?.stats };
  }

  get #untouched(): boolean {
    const { body } = this.request;
    return body === null || body.stats.pulls === 0;
  }

  /** Opens its stream. */
  start(): void {
    const session = this.#session;
    const { body } = this.request;
    const { headersTimeout, clock } = this.#settings;
    try {
      const fields = headOf(this.request);
      const empty = body === null || (body.byteLength === 0 && body.trailers === undefined);
      this.#id = session.codec.openStream(fields, empty);
      session.owners.set(this.#id, this);
      session.wake();
      if (headersTimeout !== undefined) {
        const late = (): void => this.fail(new BodyTimeoutError('ERR_DEADLINE', headersTimeout));
        this.#timer ??= clock.setTimeout(late, headersTimeout);
      }
      if (body === null) {
        this.#uploaded = true;
        return;
      }
      this.sender = new Http2Sender(session, this.#id, body, {
        sent: () => {
          this.#uploaded = true;
          if (this.#over) session.forget(this.#id);
        },
        failed: (error) => this.fail(error),
        report: ignore,
      });
      const expects = fields.some(([name, value]) => name === 'expect' && /^100-continue$/i.test(value));
      if (!expects) return this.sender.start();
      this.#waitsToSend = true;
      this.#timer ??= clock.setTimeout(() => this.#send(), EXPECT_TIMEOUT);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends everything with one reason: an abort, a loss, a reset, an upload that failed. */
  fail(reason: unknown): void {
    if (this.#failure || this.#over) return;
    this.#failure = { reason };
    this.#response.reject(reason);
    this.#stopUpload(reason);
    if (this.#stream !== null) coreOf(this.#stream)?.abort(reason);
    this.#end();
    if (this.#id === 0) return;
    this.#session.codec.reset(this.#id, ErrorCode.CANCEL);
    this.#session.forget(this.#id);
  }

  receive(event: Http2Event & { type: 'response' | 'informational' }): void {
    if (event.type === 'response') return this.#answer(event);
    if (event.status === 100) this.#send();
    try {
      const { onInformational } = this.request;
      if (onInformational) {
        const headers = pairsTo(event.headers, new this.#settings.fetchAPI.Headers());
        onInformational(event.status, headers);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  received(): void {
    this.#end();
    if (this.#uploaded) this.#session.forget(this.#id);
  }

  reset(event: Http2Event & { type: 'reset' }): void {
    const { retry } = event;
    if (retry && !this.#failure && !this.#answered && this.#untouched && this.#again(this)) {
      const id = this.#id;
      this.#id = 0;
      return this.#session.forget(id);
    }
    const reason = resetReason(event);
    this.#session.forget(this.#id);
    if (event.remoteEnded && this.#answered) {
      // An early response that is complete: only the upload is not wanted (RFC 9113 section 8.1).
      this.#stopUpload(reason);
      return this.#end();
    }
    this.lose(reason);
  }

  /** The stream is gone: what was received is read first. */
  lose(reason: unknown): void {
    if (this.#failure) return;
    this.#stopUpload(reason);
    if (this.#over) return;
    this.#failure = { reason };
    this.#response.reject(reason);
    this.incoming?.fail(reason);
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#settings.clock.clearTimeout(this.#timer);
    this.request.signal?.removeEventListener('abort', this.#abort);
  }

  #stopUpload(reason: unknown): void {
    this.#waitsToSend = false;
    if (this.sender !== null) this.sender.stop(reason);
    else if (this.request.body !== null) cancelQuietly(this.request.body, reason);
  }

  /** The server wants to see the body, or does not say. */
  #send(): void {
    if (!this.#waitsToSend) return;
    this.#waitsToSend = false;
    this.sender?.start();
  }

  #answer(head: Head): void {
    const { fetchAPI, clock, transfer } = this.#settings;
    const { status, headers, contentLength, endStream } = head;
    if (this.#failure) return;
    if (status > 599) {
      const message = `a status that no Response can have: ${status}`;
      return this.fail(new ProtocolError(message, { protocol: 'h2', scope: 'stream' }));
    }
    this.#answered = true;
    if (!this.#waitsToSend) clock.clearTimeout(this.#timer);
    const bodiless = this.request.method === 'HEAD' || status === 204 || status === 205 || status === 304;
    const session = this.#session;
    const id = this.#id;
    const declared = headers.some(([name]) => name === 'trailer');
    const body = new Http2Body(bodiless ? undefined : contentLength, declared, transfer, {
      consumed(bytes) {
        session.codec.consumed(id, bytes);
        if (session.codec.queued > 0) session.wake();
      },
      cancel: (reason) => this.#leave(reason),
      trailers: (fields) => pairsTo(fields, new fetchAPI.Headers()),
    });
    this.incoming = body;
    if (!bodiless) this.#stream = new BodyStream(body, { type: 'bytes', transfer: true });
    const init = { status, headers: headers as unknown as [string, string][] };
    const response = respond(this.#stream, init, fetchAPI);
    Object.defineProperty(response, 'url', { value: this.request.url.href.split('#', 1)[0] });
    this.#response.resolve(response);
    if (endStream) {
      body.end(null);
      this.received();
    } else if (status === 205) {
      // The others that have no body end by themselves: the codec lets no byte of one through.
      this.#leave(new ClosedError(undefined, 'A response of status 205 has no body'));
    }
  }

  /** Nobody reads the response, so nobody needs the upload. */
  #leave(reason: unknown): void {
    const session = this.#session;
    this.#stopUpload(reason);
    session.codec.stopReading(this.#id);
    this.#failure ??= { reason };
    this.#end();
    if (session.codec.state(this.#id) !== undefined) session.codec.reset(this.#id, ErrorCode.CANCEL);
    session.forget(this.#id);
    session.wake();
  }
}

/** RFC 9113 section 8.3.1. */
function headOf({ method, url, host, fields, contentLength }: OutgoingRequest): Header[] {
  const head: Header[] = [
    [':method', method],
    [':scheme', url.protocol.slice(0, -1)],
    [':authority', host],
    [':path', url.pathname + url.search],
  ];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (name !== 'connection') head.push([name, fields[i + 1] ?? '']);
  }
  if (contentLength !== undefined) head.push(['content-length', String(contentLength)]);
  return head;
}
