import { cancelQuietly } from '../body/cancel-quietly.ts';
import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Event, ResponseEvent } from '../http1/events.ts';
import { writeRequestHead } from '../http1/write-request-head.ts';
import { Call } from './call.ts';
import type { ClientSettings } from './client-settings.ts';
import type { StreamStats } from './connection.ts';
import { flatHeaders } from './flat-headers.ts';
import { Http1Body, type Http1BodyHooks } from './http1-body.ts';
import { openTunnel } from './http1-tunnel.ts';
import type { Http1Wire } from './http1-wire.ts';
import { lossOf } from './loss-of.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { pairsOf } from './pairs-of.ts';
import { sendBody } from './send-body.ts';

/** One request of a client's HTTP/1.1 connection, and its response. */
export class Http1Call extends Call implements Http1BodyHooks {
  /** The connection can carry another request. */
  reusable = false;
  readonly #wire: Http1Wire<ClientSettings>;
  readonly #chunked: boolean;
  #head: Uint8Array = new Uint8Array(0);
  /** The response was received or left, or everything failed. */
  readonly #done = deferred<void>();
  #started = false;
  #stopped = false;
  #uploaded = false;
  #uploading: Promise<void> | null = null;
  /** The head of the response has come. */
  answered = false;
  /** What is received of the response. */
  body: Http1Body | null = null;
  /** The connection is a tunnel from now on. */
  onTunnel: () => void = ignore;

  constructor(wire: Http1Wire<ClientSettings>, request: OutgoingRequest) {
    super(wire.settings, request);
    this.#wire = wire;
    const { body, contentLength } = request;
    this.#chunked = body !== null && (contentLength === undefined || body.trailers !== undefined);
    this.follow();
    try {
      this.#head = this.#write();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Why the connection itself is lost; undefined when the call ended by itself, or by its caller's doing. */
  get loss(): unknown {
    const reason = this.failure?.reason;
    return reason instanceof ProtocolError || lossOf(reason) === reason ? reason : undefined;
  }

  get stats(): StreamStats {
    return {
      id: 1,
      state: this.#uploaded ? 'half-closed' : 'open',
      request: this.request.body?.stats,
      response: this.stream?.stats,
    };
  }

  /** Sends the request and receives the response. Fulfils when both are over. */
  async run(): Promise<void> {
    try {
      await this.#exchange();
    } finally {
      this.rest();
    }
  }

  async #exchange(): Promise<void> {
    const { input } = this.#wire;
    const { method, tunnel } = this.request;
    // An upgrade asks with a GET.
    if (tunnel?.protocol === undefined) input.codec.next({ method });
    else input.codec.next({ method: 'GET', upgrade: true });
    this.#send();
    await this.#receive();
    await this.#done.promise;
    if (this.failure || this.over) return;
    if (!input.codec.reusable) this.stopUpload(new ClosedError(undefined, 'The response was complete'));
    else if (!this.#uploaded) await Promise.race([this.#uploading, this.#serverLeaves()]);
    this.reusable = !this.failure && input.codec.reusable && this.#uploaded;
  }

  /** After an early response one read stays outstanding, so that its leaving is seen also while the upload is silent. */
  async #serverLeaves(): Promise<void> {
    const { input } = this.#wire;
    await input.fill();
    this.stopUpload(lossOf(input.failure?.error));
  }

  /** The transport takes no more; a response may still come. */
  stopUpload(reason: unknown): void {
    if (this.#stopped || this.#uploaded) return;
    this.#stopped = true;
    if (this.request.body) cancelQuietly(this.request.body, this.failure?.reason ?? reason);
  }

  protected onFail(reason: unknown): void {
    if (this.#started) this.#wire.io.abort(reason);
    this.#done.resolve();
  }

  /** The head, or a TypeError for what can be none. */
  #write(): Uint8Array {
    const { url, host, fields, contentLength, tunnel } = this.request;
    const headers = ['host', host, ...fields];
    const protocol = tunnel?.protocol;
    if (protocol !== undefined) headers.push('connection', 'upgrade', 'upgrade', protocol);
    const method = protocol === undefined ? this.request.method : 'GET';
    const target = method === 'CONNECT' ? host : url.pathname + url.search;
    if (this.#chunked) headers.push('transfer-encoding', 'chunked');
    else if (contentLength !== undefined) headers.push('content-length', String(contentLength));
    return writeRequestHead({ method, target, headers });
  }

  #send(): void {
    this.#started = true;
    this.#wire.output.add(this.#head);
    this.expectHead();
    this.#uploading = this.#upload().then(
      () => {
        this.#uploaded ||= !this.#stopped;
      },
      (error) => {
        if (!this.#stopped) this.fail(error);
      },
    );
  }

  async #upload(): Promise<void> {
    const { output, settings } = this.#wire;
    const { body } = this.request;
    if (body !== null) {
      if (this.expects) {
        await output.flush();
        if (!(await this.wanted())) return;
      }
      await sendBody(body, output, settings.highWaterMark, this.#chunked, () => this.#stopped);
      if (this.#stopped) return;
    }
    try {
      await output.flush();
    } catch {
      // The output has told, and a response may still come.
    }
  }

  /** Receives the head, and gives the response. */
  async #receive(): Promise<void> {
    const { input, settings } = this.#wire;
    while (!this.failure) {
      const events = input.receive();
      while (events.length > 0 && !this.failure) {
        const event = events.shift() as Event;
        if (event.type === 'response') return this.#answer(event, events);
        if (event.type === 'error') return this.fail(input.eof ? lossOf(event.error) : event.error);
        if (event.type === 'informational')
          this.inform(event.status, flatHeaders(event.headers, new settings.fetchAPI.Headers()));
      }
      if (input.failure) return this.fail(lossOf(input.failure.error));
      const filled = input.fill();
      if (isPromise(filled)) await Promise.race([filled, this.#done.promise]);
    }
  }

  #answer(head: ResponseEvent, events: Event[]): void {
    const { alarm, input, settings } = this.#wire;
    const { status, reason, headers } = head;
    alarm.clear();
    this.answered = true;
    if (head.framing.kind === 'tunnel') return this.#tunnel(head);
    if (!this.accepts(status, 'http/1.1')) return;
    const body = new Http1Body(input, head, [], settings, this);
    this.body = body;
    this.answer({ status, statusText: reason, headers: pairsOf(headers) }, body, settings.highWaterMark);
    // The response is there, whatever is wrong with its body.
    body.take(events);
    if (body.ended) this.#done.resolve();
    else if (this.bodiless(status))
      this.cancel(new ClosedError(undefined, `A response of status ${status} has no body`));
  }

  received(): void {
    this.#done.resolve();
  }

  broke(error: unknown, lost: boolean): unknown {
    const reason = this.failure?.reason ?? (lost ? lossOf(error) : error);
    if (!this.failure && !this.over) {
      this.reject(reason);
      this.onFail(reason);
    }
    return reason;
  }

  /** The connection is the tunnel's. */
  #tunnel({ status, headers }: ResponseEvent): void {
    const { io, input, settings } = this.#wire;
    const { duplex, over } = openTunnel(io, input);
    over.then(() => this.#done.resolve());
    this.onTunnel();
    this.handOver({ status, headers: flatHeaders(headers, new settings.fetchAPI.Headers()), duplex });
  }

  /** Nobody reads the response: a little of it is dropped to keep the connection, else it is closed. */
  cancel(reason: unknown): void {
    if (this.failure || this.over) return;
    this.over = true;
    const body = this.body as Http1Body;
    body.detach(reason);
    this.stopUpload(reason);
    // Not a number where the length is not known.
    const long = Number(body.byteLength) - body.received > this.settings.drainLimit;
    Promise.resolve(this.#uploaded && !long && this.#wire.drain(body)).then((ended) => {
      this.reusable = ended && this.#wire.input.codec.reusable;
      if (!this.reusable) this.#wire.io.abort(reason);
      this.#done.resolve();
    });
  }
}
