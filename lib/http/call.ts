import type { BodyStats } from '../body/body-stats.ts';
import { BodyStream } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { coreOf } from '../body/core-of.ts';
import { deferred } from '../body/deferred.ts';
import { handled } from '../body/handled.ts';
import { ignore } from '../body/ignore.ts';
import { onAbort } from '../body/on-abort.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Header } from '../http2/header.ts';
import type { ClientSettings } from './client-settings.ts';
import type { Protocol, Tunnel } from './connection.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { ReceivedBody } from './received-body.ts';
import { respond } from './respond.ts';
import type { Duplex } from './transport.ts';

/** Precedent: curl waits 1 s for 100 (Continue). */
const EXPECT_TIMEOUT = 1000;

/** The head of a final response, whatever the protocol. */
interface FinalHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly Header[];
}

/** One request of a client's connection and its response, whatever the protocol. */
export abstract class Call {
  readonly request: OutgoingRequest;
  /** What is received of the response. */
  incoming: ReceivedBody | null = null;
  /** The head of the response has come. */
  answered = false;
  protected readonly settings: ClientSettings;
  /** Set once it failed: the one reason for the response and the upload. */
  protected failure: { readonly reason: unknown } | undefined;
  /** Nothing more comes, or is wanted. */
  protected over = false;
  /** All of the request is on its way. */
  protected uploaded = false;
  /** The rest of the request is not wanted. */
  protected stopped = false;
  #stream: BodyStream | null = null;
  readonly #response = handled<Response | Tunnel>();
  /** Whether the server wants to see the body. */
  readonly #go = deferred<boolean>();
  #timer: unknown;
  /** Obeys the signal no more. */
  #unfollow = ignore;

  constructor(settings: ClientSettings, request: OutgoingRequest) {
    this.settings = settings;
    this.request = request;
  }

  /** Everything has failed: what is the protocol's own to do. */
  protected abstract onFail(reason: unknown): void;

  /** Nobody reads the response. */
  abstract cancel(reason: unknown): void;

  get response(): Promise<Response | Tunnel> {
    return this.#response.promise;
  }

  get failed(): boolean {
    return this.failure !== undefined;
  }

  get bodies(): { readonly request: BodyStats | undefined; readonly response: BodyStats | undefined } {
    return { request: this.request.body?.stats, response: this.#stream?.stats };
  }

  /** The upload is not wanted any more, or can't go on: a response may still come. */
  stopUpload(reason: unknown): void {
    if (this.stopped || this.uploaded) return;
    this.stopped = true;
    if (this.request.body) cancelQuietly(this.request.body, this.failure ? this.failure.reason : reason);
  }

  /** Ends everything with one reason: an abort, a loss, a reset, an upload that failed. */
  fail(reason: unknown): void {
    if (this.failure || this.over) return;
    this.reject(reason);
    coreOf(this.#stream)?.abort(reason);
    this.onFail(reason);
  }

  /** As `fail`, but what was received of the response is still read. */
  protected reject(reason: unknown): void {
    this.failure = { reason };
    this.#response.reject(reason);
    this.#go.resolve(false);
    this.stopUpload(reason);
    this.rest();
  }

  /** Obeys the signal. */
  protected follow(): void {
    this.#unfollow = onAbort(this.request.signal, (reason) => this.fail(reason));
  }

  /** Who reads the response hears of an abort to its end, also when all of it has come. */
  begin(): void {
    const core = coreOf(this.#stream);
    const { signal } = this.request;
    if (core && signal) core.onSettled(onAbort(signal, (reason) => core.abort(reason)));
  }

  /** Neither the signal nor the time for the head matters any more. */
  protected rest(): void {
    this.settings.clock.clearTimeout(this.#timer);
    this.#unfollow();
  }

  /** All of the request is on its way: only the response is waited for. */
  protected expectHead(): void {
    const { headersTimeout, clock } = this.settings;
    if (headersTimeout === undefined || this.answered || this.failure) return;
    const late = (): void => this.fail(new BodyTimeoutError('ERR_DEADLINE', headersTimeout));
    this.#timer ??= clock.setTimeout(late, headersTimeout);
  }

  /** Whether the body is to be sent: what expects 100 (Continue) waits for it, but not forever (RFC 9110 section 10.1.1). */
  protected async wanted(): Promise<boolean> {
    const { clock } = this.settings;
    const timer = clock.setTimeout(() => this.#go.resolve(true), EXPECT_TIMEOUT);
    const go = await this.#go.promise;
    clock.clearTimeout(timer);
    if (!go) this.stopUpload(new ClosedError(undefined, 'The response came before the body was sent'));
    return go;
  }

  protected get expects(): boolean {
    const { fields, body } = this.request;
    return body !== null && /^100-continue$/i.test(fields[fields.indexOf('expect') + 1] ?? '');
  }

  /** An interim response. */
  protected inform(status: number, fields: readonly Header[]): void {
    if (status === 100) this.#go.resolve(true);
    try {
      this.request.onInformational?.(status, this.#headers(fields));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Whether a Response can be made of it. */
  protected accepts(status: number, protocol: Protocol): boolean {
    if (status < 600) return true;
    const message = `a status that no Response can have: ${status}`;
    this.fail(new ProtocolError(message, { protocol, scope: 'stream' }));
    return false;
  }

  protected bodiless(status: number): boolean {
    return this.request.method === 'HEAD' || status === 204 || status === 205 || status === 304;
  }

  /** Whether the server has agreed to leave HTTP. */
  protected agrees(status: number): boolean {
    const { tunnel } = this.request;
    return tunnel !== undefined && (status === 101 || (status >= 200 && status < 300));
  }

  /** Gives the tunnel. */
  protected handOver(status: number, fields: readonly Header[], duplex: Duplex): void {
    this.#onHead();
    this.#response.resolve({ status, headers: this.#headers(fields), duplex });
  }

  /** Gives the response. */
  protected answer(head: FinalHead, body: ReceivedBody, highWaterMark: number): void {
    this.#onHead();
    this.incoming = body;
    // It came instead of a 100: to go on is right where the server has not refused, as the response may be made of the body.
    this.#go.resolve(head.status < 300);
    if (!this.bodiless(head.status))
      this.#stream = new BodyStream(body, { type: 'bytes', highWaterMark, transfer: true });
    const response = respond(this.#stream, head as ResponseInit, this.settings.fetchAPI);
    Object.defineProperty(response, 'url', { value: this.request.url.href.split('#', 1)[0] });
    this.#response.resolve(response);
  }

  /** What comes of a body, where there can be none, is not read. */
  protected dropBody(status: number): void {
    this.cancel(new ClosedError(undefined, `A response of status ${status} has no body`));
  }

  #onHead(): void {
    this.answered = true;
    this.settings.clock.clearTimeout(this.#timer);
  }

  #headers(fields: readonly Header[]): Headers {
    return new this.settings.fetchAPI.Headers(fields as [string, string][]);
  }
}
