import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Event, ResponseEvent } from '../http1/events.ts';
import { Call } from './call.ts';
import type { ClientSettings } from './client-settings.ts';
import { Http1Body, type Http1BodyHooks } from './http1-body.ts';
import { http1RequestHead } from './http1-request-head.ts';
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
  declare incoming: Http1Body | null;
  readonly #wire: Http1Wire<ClientSettings>;
  readonly #chunked: boolean;
  #head: Uint8Array = new Uint8Array(0);
  /** The response was received or left, or everything failed. */
  readonly #done = deferred<void>();
  #started = false;
  /** The connection is a tunnel from now on. */
  onTunnel: () => void = ignore;

  constructor(wire: Http1Wire<ClientSettings>, request: OutgoingRequest) {
    super(wire.settings, request);
    this.#wire = wire;
    const { body, contentLength } = request;
    this.#chunked = body !== null && (contentLength === undefined || body.trailers !== undefined);
    this.follow();
    try {
      this.#head = http1RequestHead(request, this.#chunked);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Why the connection itself is lost; undefined when the call ended by itself, or by its caller's doing. */
  get loss(): unknown {
    const reason = this.failure?.reason;
    return reason instanceof ProtocolError || lossOf(reason) === reason ? reason : undefined;
  }

  get state(): string {
    return this.uploaded ? 'half-closed' : 'open';
  }

  /** Sends the request and receives the response. Fulfils when both are over. */
  async run(): Promise<void> {
    const { codec } = this.#wire.input;
    const { method, tunnel } = this.request;
    const upgrade = tunnel?.protocol !== undefined;
    codec.next({ method: upgrade ? 'GET' : method, upgrade });
    this.#started = true;
    const uploading = this.#upload();
    try {
      await this.#receive();
      await this.#done.promise;
      if (this.failure || this.over) return;
      if (!codec.reusable) this.stopUpload(new ClosedError(undefined, 'The response was complete'));
      else if (!this.uploaded) await Promise.race([uploading, this.#serverLeaves()]);
      this.reusable = !this.failure && codec.reusable && this.uploaded;
    } finally {
      this.rest();
    }
  }

  /** After an early response one read stays outstanding, so that its leaving is seen also while the upload is silent. */
  async #serverLeaves(): Promise<void> {
    const { input } = this.#wire;
    await input.fill();
    this.stopUpload(input.lossOf(input.lost?.reason));
  }

  protected onFail(reason: unknown): void {
    if (this.#started) this.#wire.io.abort(reason);
    this.#done.resolve();
  }

  async #upload(): Promise<void> {
    const { output, settings } = this.#wire;
    const { body } = this.request;
    try {
      output.add(this.#head);
      if (body !== null) {
        if (this.expects) {
          await output.flush();
          if (this.stopped || !(await this.wanted())) return;
        }
        await sendBody(body, output, settings.highWaterMark, this.#chunked, () => this.stopped);
        if (this.stopped) return;
      }
      this.expectHead();
      await output.flush();
      this.uploaded = !this.stopped;
    } catch (error) {
      if (!this.stopped) this.fail(error);
    }
  }

  /** Receives the head, and gives the response. */
  async #receive(): Promise<void> {
    const { input } = this.#wire;
    while (!this.failure) {
      const events = input.receive();
      while (events.length > 0 && !this.failure) {
        const event = events.shift() as Event;
        if (event.type === 'response') return this.#answer(event, events);
        if (event.type === 'error') return this.fail(input.eof ? input.lossOf(event.error) : event.error);
        if (event.type === 'informational') this.inform(event.status, pairsOf(event.headers));
      }
      if (input.lost) return this.fail(input.lost.reason);
      const filled = input.fill();
      if (isPromise(filled)) await Promise.race([filled, this.#done.promise]);
    }
  }

  #answer(head: ResponseEvent, events: Event[]): void {
    const { alarm, input, settings } = this.#wire;
    const { status, reason, headers } = head;
    alarm.clear();
    if (head.framing.kind === 'tunnel') return this.#tunnel(head);
    if (!this.accepts(status, 'http/1.1')) return;
    const body = new Http1Body(input, head, [], settings, this);
    this.answer({ status, statusText: reason, headers: pairsOf(headers) }, body, settings.highWaterMark);
    // The response is there, whatever is wrong with its body.
    body.take(events);
    if (body.ended) this.received();
    else if (this.bodiless(status)) this.dropBody(status);
  }

  received(): void {
    // The connection needs no abort any more.
    if (this.uploaded) this.rest();
    this.#done.resolve();
  }

  broke(error: unknown, lost: boolean): unknown {
    const reason = this.failure?.reason ?? (lost ? this.#wire.input.lossOf(error) : error);
    if (!this.failure && !this.over) {
      this.reject(reason);
      this.onFail(reason);
    }
    return reason;
  }

  /** The connection is the tunnel's. */
  #tunnel({ status, headers }: ResponseEvent): void {
    const { io, input } = this.#wire;
    const { duplex, over } = openTunnel(io, input);
    over.then(() => this.#done.resolve());
    this.onTunnel();
    this.handOver(status, pairsOf(headers), duplex);
  }

  /** Nobody reads the response: a little of it is dropped to keep the connection, else it is closed. */
  cancel(reason: unknown): void {
    const body = this.incoming as Http1Body;
    // When nothing of it is left on the wire, that may be another call's.
    if (this.failure || this.over || (body.ended && this.uploaded)) return;
    this.over = true;
    body.detach(reason);
    this.stopUpload(reason);
    // Not a number where the length is not known.
    const long = Number(body.byteLength) - body.received > this.settings.drainLimit;
    Promise.resolve(this.uploaded && !long && this.#wire.drain(body)).then((ended) => {
      this.reusable = ended && this.#wire.input.codec.reusable;
      if (!this.reusable) this.#wire.io.abort(reason);
      this.#done.resolve();
    });
  }
}
