import { BodyStream, coreOf } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import { SluiceError } from '../errors/sluice-error.ts';
import { ChunkedEncoder } from '../http1/chunked-encoder.ts';
import type { Event, ResponseEvent } from '../http1/events.ts';
import { writeRequestHead } from '../http1/write-request-head.ts';
import type { ClientSettings } from './client-settings.ts';
import type { StreamStats } from './connection.ts';
import { flatHeaders } from './flat-headers.ts';
import { Http1Body } from './http1-body.ts';
import type { Http1Input } from './http1-input.ts';
import { lossOf } from './loss-of.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { Output } from './output.ts';
import { respond } from './respond.ts';
import { sendBody } from './send-body.ts';
import { trailerFields } from './trailer-fields.ts';
import type { Transport } from './transport.ts';

/** What the calls of one connection share. */
export interface Http1Client {
  readonly io: Transport;
  readonly input: Http1Input;
  readonly output: Output;
  readonly settings: ClientSettings;
}

/** Precedent: curl waits 1 s for 100 (Continue). */
const EXPECT_TIMEOUT = 1000;

const losses: readonly string[] = [
  'ERR_CONNECTION_LOST',
  'ERR_PROTOCOL',
  'ERR_DEADLINE',
  'ERR_STALL_TIMEOUT',
];

/** One request of a client's HTTP/1.1 connection, and its response. */
export class Http1Call {
  /** The connection can carry another request. */
  reusable = false;
  readonly request: OutgoingRequest;
  readonly #client: Http1Client;
  readonly #response = deferred<Response>();
  /** The response was received or left, or everything failed. */
  readonly #received = deferred<void>();
  /** Set once it failed: the one reason for the response and the upload. */
  #failure: { readonly reason: unknown } | undefined;
  #uploading: Promise<void> | null = null;
  #uploaded = false;
  /** The server wants to see the body. */
  readonly #continue = deferred<boolean>();
  #body: Http1Body | null = null;
  #stream: BodyStream | null = null;
  #left = false;

  constructor(client: Http1Client, request: OutgoingRequest) {
    this.#client = client;
    this.request = request;
    this.#response.promise.catch(ignore);
    const { signal } = request;
    const abort = (): void => this.fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#received.promise.then(() => signal?.removeEventListener('abort', abort));
    if (signal?.aborted) abort();
  }

  get response(): Promise<Response> {
    return this.#response.promise;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Why the connection itself is lost; undefined when the call ended by itself, or by its caller's doing. */
  get loss(): unknown {
    const reason = this.#failure?.reason;
    return reason instanceof SluiceError && losses.includes(reason.code) ? reason : undefined;
  }

  get stats(): StreamStats {
    const { body } = this.request;
    return {
      id: 1,
      state: this.#uploaded ? 'half-closed' : 'open',
      request: body?.stats,
      response: this.#stream?.stats,
    };
  }

  /** Sends the request and receives the response. Fulfils when both are over. */
  async run(): Promise<void> {
    const { input } = this.#client;
    input.codec.next({ method: this.request.method });
    try {
      this.#send();
    } catch (error) {
      return this.fail(error);
    }
    await this.#receive();
    await this.#received.promise;
    if (this.#failure || this.#left) return;
    if (!input.codec.reusable) this.#stopUpload(new ClosedError(undefined, 'The response was complete'));
    else await this.#uploading;
    this.reusable = !this.#failure && input.codec.reusable && this.#uploaded;
  }

  /** Ends everything with one reason: an abort, a loss, an upload that failed. */
  fail(reason: unknown): void {
    if (this.#failure || this.#left) return;
    this.#failure = { reason };
    this.#stopUpload(reason);
    this.#response.reject(reason);
    if (this.#stream) coreOf(this.#stream)?.abort(reason);
    if (this.#started) this.#client.io.abort(reason);
    this.#received.resolve();
  }

  /** The transport takes no more; a response may still come. */
  stopUpload(reason: unknown): void {
    this.#stopUpload(this.#failure?.reason ?? reason);
  }

  #started = false;

  #send(): void {
    const { output } = this.#client;
    const { method, url, host, fields, body, contentLength } = this.request;
    const headers = ['host', host, ...fields];
    const chunked = body !== null && (contentLength === undefined || body.trailers !== undefined);
    if (chunked) headers.push('transfer-encoding', 'chunked');
    else if (contentLength !== undefined) headers.push('content-length', String(contentLength));
    const head = writeRequestHead({ method, target: url.pathname + url.search, headers });
    this.#started = true;
    output.add(head);
    this.#uploading = this.#upload(chunked).then(
      () => {
        this.#uploaded ||= !this.#stopped;
      },
      (error) => {
        if (!this.#stopped) this.fail(error);
      },
    );
  }

  #stopped = false;

  #stopUpload(reason: unknown): void {
    if (this.#stopped || this.#uploaded) return;
    this.#stopped = true;
    this.#continue.resolve(false);
    if (this.request.body) cancelQuietly(this.request.body, reason);
  }

  async #upload(chunked: boolean): Promise<void> {
    const { output, settings } = this.#client;
    const { body, fields } = this.request;
    const stopped = (): boolean => this.#stopped;
    if (body !== null) {
      if (expects(fields) && !(await this.#expect()))
        return this.#stopUpload(new ClosedError(undefined, 'The response came before the body was sent'));
      const encoder = chunked ? new ChunkedEncoder() : null;
      const encode = (chunk: Uint8Array): void => {
        if (encoder) for (const piece of encoder.encode(chunk)) output.add(piece);
        else output.add(chunk);
      };
      await sendBody(body, output, settings.highWaterMark, encode, stopped);
      if (stopped()) return;
      const { trailers } = body;
      if (encoder)
        output.add(encoder.end(trailers === undefined ? [] : trailerFields(await trailers).flat()));
      if (stopped()) return;
    }
    try {
      await output.flush();
    } catch {
      // The output has told, and a response may still come.
    }
  }

  /** Sends the head alone and waits to be told to go on, but not forever (RFC 9110 section 10.1.1). */
  async #expect(): Promise<boolean> {
    const { output, settings } = this.#client;
    await output.flush();
    const timer = settings.clock.setTimeout(() => this.#continue.resolve(true), EXPECT_TIMEOUT);
    const go = await this.#continue.promise;
    settings.clock.clearTimeout(timer);
    return go;
  }

  /** Receives the head, and gives the response. */
  async #receive(): Promise<void> {
    const { input, settings } = this.#client;
    const { headersTimeout, clock } = settings;
    const late = (): void => this.fail(new BodyTimeoutError('ERR_DEADLINE', headersTimeout ?? 0));
    const timer = headersTimeout === undefined ? undefined : clock.setTimeout(late, headersTimeout);
    try {
      for (;;) {
        const events = input.receive();
        while (events.length > 0 && !this.#failure) {
          const event = events.shift() as Event;
          if (event.type === 'response') return this.#answer(event, events);
          if (event.type === 'error') return this.fail(input.eof ? lossOf(event.error) : event.error);
          if (event.type === 'informational') this.#inform(event.status, event.headers);
        }
        if (this.#failure) return;
        if (input.failure) return this.fail(lossOf(input.failure.error));
        const filled = input.fill();
        if (isPromise(filled)) await Promise.race([filled, this.#received.promise]);
      }
    } finally {
      if (timer !== undefined) clock.clearTimeout(timer);
    }
  }

  #inform(status: number, fields: readonly string[]): void {
    if (status === 100) this.#continue.resolve(true);
    try {
      this.request.onInformational?.(
        status,
        flatHeaders(fields, new this.#client.settings.fetchAPI.Headers()),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  #answer(head: ResponseEvent, events: Event[]): void {
    const { input, settings } = this.#client;
    const { fetchAPI, highWaterMark, transfer } = settings;
    const { status, reason, headers } = head;
    if (status > 599) {
      const message = `a status that no Response can have: ${status}`;
      return this.fail(new ProtocolError(message, { protocol: 'http/1.1', scope: 'message' }));
    }
    // The final response came instead of a 100.
    this.#continue.resolve(false);
    const bodiless = this.request.method === 'HEAD' || status === 204 || status === 205 || status === 304;
    const declared = head.framing.kind === 'chunked' && headers.includes('trailer');
    const body = new Http1Body(input, head.framing, events, declared, {
      end: () => this.#received.resolve(),
      fail: (error, lost) => {
        const cause = this.#failure?.reason ?? (lost ? lossOf(error) : error);
        this.fail(cause);
        return cause;
      },
      cancel: (cause) => this.#leave(cause),
      trailers: (fields) => flatHeaders(fields, new fetchAPI.Headers()),
    });
    this.#body = body;
    if (!bodiless) this.#stream = new BodyStream(body, { type: 'bytes', highWaterMark, transfer });
    const pairs: [string, string][] = [];
    for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i] ?? '', headers[i + 1] ?? '']);
    const response = respond(this.#stream, { status, statusText: reason, headers: pairs }, fetchAPI);
    Object.defineProperty(response, 'url', { value: this.request.url.href.split('#', 1)[0] });
    this.#response.resolve(response);
    if (body.ended) this.#received.resolve();
    else if (bodiless) this.#leave(new ClosedError(undefined, `A response of status ${status} has no body`));
  }

  /** Nobody reads the response: a little of it is dropped to keep the connection, else it is closed. */
  #leave(reason: unknown): void {
    if (this.#failure || this.#left) return;
    this.#left = true;
    this.#stopUpload(reason);
    this.#drain().then((ended) => {
      this.reusable = ended && this.#client.input.codec.reusable;
      if (!this.reusable) this.#client.io.abort(reason);
      this.#received.resolve();
    });
  }

  async #drain(): Promise<boolean> {
    const { input, settings } = this.#client;
    const body = this.#body;
    if (body === null || !this.#uploaded) return false;
    const length = body.byteLength;
    let left = settings.drainLimit;
    if (length !== undefined && length - body.received > left) return false;
    let expire = ignore;
    const expired = new Promise<void>((resolve) => {
      expire = resolve;
    });
    let late = false;
    const timer = settings.clock.setTimeout(() => {
      late = true;
      expire();
    }, settings.drainTimeout);
    while (!body.ended && !body.broken && !late && left >= 0) {
      const dropped = body.drop();
      if (dropped !== null) left -= dropped;
      else {
        const filled = input.fill();
        if (isPromise(filled)) await Promise.race([filled, expired]);
      }
    }
    settings.clock.clearTimeout(timer);
    return body.ended;
  }
}

function expects(fields: readonly string[]): boolean {
  const at = fields.indexOf('expect');
  return at >= 0 && /^100-continue$/i.test(fields[at + 1] ?? '');
}
