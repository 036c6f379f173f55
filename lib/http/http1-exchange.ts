import { BodyCore } from '../body/body-core.ts';
import type { BodyOptions } from '../body/body-options.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Event, RequestEvent } from '../http1/events.ts';
import { responseHeadText } from '../http1/write-response-head.ts';
import { Exchange, type Serving } from './exchange.ts';
import { flatHeaders } from './flat-headers.ts';
import { Http1Body, type Http1BodyHooks } from './http1-body.ts';
import { openTunnel } from './http1-tunnel.ts';
import type { Http1Wire } from './http1-wire.ts';
import { lossOf } from './loss-of.ts';
import type { OutgoingResponse } from './outgoing-response.ts';
import { type Delimiter, delimiterOf, responseHead } from './response-framing.ts';
import { sendBody } from './send-body.ts';
import type { Upgrade } from './serve-options.ts';

/** What the exchanges of one HTTP/1.1 connection share. */
export interface Http1Serving extends Serving {
  readonly wire: Http1Wire;
  /** No request follows this one. */
  readonly closing: boolean;
}

/** One request of a served HTTP/1.1 connection, and its response. */
export class Http1Exchange extends Exchange implements Http1BodyHooks {
  readonly incoming: Http1Body | null;
  /** The connection can carry another request. */
  reusable = false;
  readonly #server: Http1Serving;
  readonly #head: RequestEvent;
  #finished: Deferred<void> | undefined;
  #watching = false;
  /** What follows may not be what it looks like. */
  #mistrusted: boolean;
  #delimiter: Delimiter = 'length';

  constructor(server: Http1Serving, head: RequestEvent, events: readonly Event[]) {
    const { info } = server.wire.io;
    const { method, path } = head;
    const scheme = head.scheme ?? (info?.encrypted ? 'https' : 'http');
    const authority = head.authority ?? info?.localAddress ?? 'localhost';
    super(server, 'http/1.1', { method, scheme, authority, path });
    this.#server = server;
    this.#head = head;
    this.expectsContinue = head.expectContinue;
    // A client that does not wait may have sent what its tunnel is for (RFC 9931).
    this.#mistrusted = method === 'CONNECT';
    const empty = head.framing.length === 0;
    this.incoming = empty ? null : new Http1Body(server.wire.input, head, events, server.settings, this);
  }

  /** Answers it. Fulfils, or returns, when the response is over or the client lost. */
  run(): void | Promise<void> {
    const { onConnect, onUpgrade } = this.settings;
    // Content and another protocol's bytes are not to be told apart by when they come: a CONNECT has none (RFC 9110 section 9.3.6),
    // and what else has some stays HTTP (section 7.8).
    const { incoming } = this;
    if (this.method !== 'CONNECT')
      this.start(this.#head.upgrade !== null && !incoming ? onUpgrade : undefined);
    else if (incoming) this.refuse(400);
    else this.start(onConnect);
    if (this.done) return undefined;
    this.#finished = deferred();
    return this.#finished.promise;
  }

  /** All of the request was received. */
  get complete(): boolean {
    return this.incoming === null || this.incoming.ended;
  }

  get state(): string {
    return this.complete ? 'half-closed' : 'open';
  }

  /** After the response: the rest of the request is read by what `waitUntil` was given, or dropped. Whether it came to its end. */
  async drain(): Promise<boolean> {
    const body = this.incoming as Http1Body;
    const { waits } = this.info;
    if (body.begun && waits) await waits;
    body.detach(this.why);
    return this.reusable && this.#server.wire.drain(body);
  }

  received(): void {
    this.#watch();
  }

  broke(error: unknown, lost: boolean): unknown {
    if (!lost) return error;
    const reason = this.lost?.reason ?? lossOf(error);
    this.lose(reason);
    return reason;
  }

  protected readHeaders(headers: Headers): Headers {
    const { form, authority, headers: fields } = this.#head;
    flatHeaders(fields, headers);
    // RFC 9112 section 3.2.2.
    if (form === 'absolute' && authority !== null) headers.set('host', authority);
    return headers;
  }

  protected override bodyOptions(): BodyOptions {
    return { ...super.bodyOptions(), transfer: true };
  }

  protected interim(status: number, fields: readonly (readonly [string, string])[]): void {
    if (this.#head.version === '1.0') return;
    this.#server.wire.output.addText(responseHeadText({ status, headers: fields.flat() }));
    this.#flush();
  }

  protected send(outgoing: OutgoingResponse): void {
    const { output } = this.#server.wire;
    const { version } = this.#head;
    const { body } = outgoing;
    const delimiter = delimiterOf(outgoing, version);
    const keepAlive = this.#keepsAlive(delimiter, !(body instanceof BodyCore));
    output.addText(responseHead(outgoing, delimiter, version, keepAlive));
    this.headSent = true;
    this.reusable = keepAlive;
    if (!(body instanceof BodyCore)) {
      if (body) output.add(body);
      return this.#last();
    }
    this.core = body;
    this.#delimiter = delimiter;
    sendBody(body, output, this.settings.highWaterMark, delimiter === 'chunked', () => this.done).then(
      () => this.#last(),
      (error) => {
        if (!this.done) this.failed(error);
      },
    );
    this.#watch();
  }

  cut(reason: unknown): void {
    this.reusable = false;
    this.#flush(() => {
      // Only a reset tells a body that runs until close from a complete one.
      if (this.#delimiter === 'close') this.#server.wire.io.abort(reason);
      this.#finish();
    });
  }

  protected onLost(): void {
    this.#finish();
  }

  protected override onWait(waiting: boolean): void {
    if (waiting) this.#watch();
  }

  protected abandon(): void {
    // The connection is gone, and takes the request with it.
  }

  protected override statusFor(error: unknown): number {
    const hint = error instanceof ProtocolError && this.incoming?.broken ? error.statusHint : undefined;
    return hint ?? super.statusFor(error);
  }

  protected override refuse(status: number): void {
    // What was refused is unread.
    if (status < 500) this.#mistrusted = true;
    super.refuse(status);
  }

  protected override async open({ headers, protocol, start }: Upgrade): Promise<void> {
    const { io, input, output } = this.#server.wire;
    const fields = this.pairs(headers).flat();
    const status = this.method === 'CONNECT' ? 200 : 101;
    if (status === 101)
      fields.push('connection', 'upgrade', 'upgrade', protocol ?? this.#head.upgrade?.split(',')[0] ?? '');
    output.addText(responseHeadText({ status, headers: fields }));
    this.headSent = true;
    await output.flush();
    if (this.done) return;
    const { duplex, over } = openTunnel(io, input);
    await start(duplex);
    await over;
    this.#finish();
  }

  /** Everything is in `output`: writes it, and is done. */
  #last(): void {
    if (this.done) return;
    this.#flush(() => this.#finish());
    this.#watch();
  }

  #flush(then?: () => void): void {
    this.#server.wire.output.flush(then);
  }

  #finish(): void {
    this.succeed();
    this.#finished?.resolve();
  }

  /** While a response is pending and the request received, one read stays outstanding, so that a loss is seen. */
  #watch(): void {
    if (this.done || this.#watching || !this.complete) return;
    this.#watching = true;
    const { wire } = this.#server;
    const { input } = wire;
    wire.watch(() => {
      this.#watching = false;
      if (this.taken) return;
      if (input.lost) this.lose(input.lost.reason);
      else if (input.eof && !this.settings.halfClose) this.lose(lossOf());
    });
  }

  /** Whether to promise another request. */
  #keepsAlive(delimiter: Delimiter, immediate: boolean): boolean {
    const { closing, wire } = this.#server;
    const { framing, keepAlive } = this.#head;
    const { incoming } = this;
    if (!keepAlive || closing || delimiter === 'close' || wire.input.over || this.#mistrusted) return false;
    if (incoming === null || incoming.ended) return true;
    // A client that was not told to continue may or may not send its body (RFC 9110 section 10.1.1).
    if (this.expectsContinue || incoming.broken) return false;
    const left = (framing.length ?? 0) - incoming.received;
    return !(immediate && !incoming.begun && left > this.settings.drainLimit);
  }
}
