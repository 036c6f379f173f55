import { BodyCore } from '../body/body-core.ts';
import type { BodyOptions } from '../body/body-options.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import * as ErrorCode from '../http2/error-code.ts';
import type { Header } from '../http2/header.ts';
import { dateField } from './date-field.ts';
import { Exchange, type Serving } from './exchange.ts';
import type { Http2Owner } from './http2-owner.ts';
import { Http2Sender } from './http2-sender.ts';
import type { Http2Session } from './http2-session.ts';
import { openTunnel } from './http2-tunnel.ts';
import type { OutgoingResponse } from './outgoing-response.ts';
import { pairsTo } from './pairs-to.ts';
import type { ReceivedBody } from './received-body.ts';
import { resetReason } from './reset-reason.ts';
import type { Upgrade } from './serve-options.ts';

/** What the exchanges of one HTTP/2 connection share. */
export interface Http2Serving extends Serving {
  readonly session: Http2Session;
  /** Handlers that have not answered. */
  running: number;
}

type RequestEvent = Http2Event & { type: 'request' };

const NOTHING = new Uint8Array(0);

/** One request of a served HTTP/2 connection, and its response. */
export class Http2Exchange extends Exchange implements Http2Owner {
  readonly incoming: ReceivedBody | null;
  sender: Http2Sender | null = null;
  readonly #server: Http2Serving;
  readonly #head: RequestEvent;
  #running = false;
  /** All of the response is on its way. */
  #over = false;
  #urgency: number;

  constructor(server: Http2Serving, head: RequestEvent) {
    const { method, authority, path } = head;
    super(server, 'h2', { method, scheme: head.scheme || 'http', authority, path });
    this.#server = server;
    this.#head = head;
    this.#urgency = head.priority.urgency;
    this.incoming = head.endStream ? null : server.session.receiver(head, this);
    this.expectsContinue = head.headers.some(
      ([name, value]) => name === 'expect' && value.toLowerCase() === '100-continue',
    );
  }

  run(): void {
    this.start(this.method === 'CONNECT' ? this.settings.onConnect : undefined);
  }

  get connectProtocol(): string | undefined {
    return this.#head.protocol;
  }

  reset(event: Http2Event & { type: 'reset' }): void {
    this.#server.session.forget(this.#head.streamId);
    if (event.error !== undefined) this.report(event.error);
    this.lose(resetReason(event));
  }

  prioritise(urgency: number): void {
    this.#urgency = urgency;
    if (this.sender !== null) this.sender.urgency = urgency;
  }

  received(): void {
    if (this.taken && this.done) this.#finish();
  }

  override lose(reason: unknown): void {
    if (this.done) return this.incoming?.fail(reason);
    this.sender?.stop(reason);
    super.lose(reason);
  }

  protected readHeaders(headers: Headers): Headers {
    pairsTo(this.#head.headers, headers);
    if (!headers.has('host')) headers.set('host', this.#head.authority);
    return headers;
  }

  /** What it reads ahead is its window. */
  protected override bodyOptions(): BodyOptions {
    return { transfer: true };
  }

  protected interim(status: number, fields: readonly Header[]): void {
    const { session } = this.#server;
    session.codec.sendInformational(this.#head.streamId, [[':status', String(status)], ...fields]);
    session.output.wake();
  }

  protected send({ status, fields, body, contentLength }: OutgoingResponse): void {
    const { session } = this.#server;
    const { streamId } = this.#head;
    const head: Header[] = [[':status', String(status)], ...fields];
    if (!fields.some(([name]) => name === 'date')) head.push(['date', dateField()]);
    if (contentLength !== undefined) head.push(['content-length', String(contentLength)]);
    const sender = new Http2Sender(session, streamId, body ?? NOTHING, this);
    session.codec.sendHeaders(streamId, head, sender.empty);
    this.headSent = true;
    sender.urgency = this.#urgency;
    this.sender = sender;
    if (body instanceof BodyCore) this.core = body;
    session.output.wake();
    sender.start();
  }

  /** The stream is a connection of its own from here on. */
  protected override open({ headers, start }: Upgrade): void | Promise<void> {
    const { core, duplex } = openTunnel(this.incoming, (reason) => this.#reset(reason, ErrorCode.CANCEL));
    const fields = this.pairs(headers);
    this.send({ status: 200, statusText: '', fields, body: core, contentLength: undefined });
    return start(duplex);
  }

  /** The body failed. */
  broke(error: unknown): void {
    this.failed(error);
  }

  cut(reason: unknown): void {
    this.#reset(reason, ErrorCode.INTERNAL_ERROR);
  }

  protected onLost(): void {
    if (!this.#running) this.abandon();
  }

  protected override onWait(waiting: boolean): void {
    this.#running = waiting;
    const step = waiting ? 1 : -1;
    this.#server.running += step;
    this.#server.session.output.expecting += step;
  }

  protected override refuse(status: number): void {
    try {
      super.refuse(status);
    } catch (error) {
      // The client takes no fields at all.
      this.cut(error);
    }
  }

  protected abandon(): void {
    if (this.incoming === null) return;
    this.incoming.detach(this.why);
    this.cancel();
  }

  protected override failed(error: unknown): void {
    if (!this.#over) return super.failed(error);
    // A tunnel, whose own side has ended.
    this.report(error);
    this.abandon();
    this.#server.session.forget(this.#head.streamId);
  }

  consumed(bytes: number): void {
    this.#server.session.consumed(this.#head.streamId, bytes);
  }

  cancel(): void {
    this.#server.session.stopReading(this.#head.streamId);
  }

  /** The end of the response is queued. */
  sent(): void {
    const { session } = this.#server;
    this.#over = true;
    session.output.wake();
    session.output.whenWritten(() => {
      if (!this.succeed()) return;
      const { incoming, info } = this;
      // A tunnel that is half-closed goes on.
      if (this.taken && incoming?.ended === false) return;
      const finish = (): void => this.#finish();
      if (!incoming || incoming.ended) finish();
      else if (incoming.begun && info.waits) info.waits.then(finish);
      else this.#server.session.soon(finish);
    });
  }

  #finish(): void {
    if (!this.taken) this.abandon();
    this.#server.session.forget(this.#head.streamId);
  }

  /** What was sent must not look finished. */
  #reset(reason: unknown, code: number): void {
    if (this.#over || this.done) return;
    this.done = true;
    const { session } = this.#server;
    this.info.settle({ reason });
    this.sender?.stop(reason);
    session.codec.reset(this.#head.streamId, code);
    this.incoming?.fail(reason);
    this.abandon();
    this.#finish();
  }
}
