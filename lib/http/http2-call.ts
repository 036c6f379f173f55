import type { BodyCore } from '../body/body-core.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import * as ErrorCode from '../http2/error-code.ts';
import { Call } from './call.ts';
import type { ClientSettings } from './client-settings.ts';
import type { Http2Owner } from './http2-owner.ts';
import { http2RequestHead } from './http2-request-head.ts';
import { Http2Sender } from './http2-sender.ts';
import type { Http2Session } from './http2-session.ts';
import { openTunnel } from './http2-tunnel.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { resetReason } from './reset-reason.ts';

/** The calls of one connection that wait. */
export interface Http2Calls {
  /** Refused unprocessed, with nothing of its body pulled: may it be sent again? */
  again(call: Http2Call): boolean;
  /** It waits no more. */
  drop(call: Http2Call): void;
}

/** One request of a client's HTTP/2 connection, and its response. */
export class Http2Call extends Call implements Http2Owner {
  sender: Http2Sender | null = null;
  readonly #session: Http2Session;
  /** 0 before it is sent. */
  #id = 0;
  readonly #client: Http2Calls;

  constructor(session: Http2Session, settings: ClientSettings, request: OutgoingRequest, client: Http2Calls) {
    super(settings, request);
    this.#session = session;
    this.#client = client;
    this.follow();
  }

  /** Opens its stream. */
  start(): void {
    const session = this.#session;
    const { body, tunnel } = this.request;
    try {
      const empty = body ? body.byteLength === 0 && body.trailers === undefined : tunnel === undefined;
      this.#id = session.codec.openStream(http2RequestHead(this.request), empty);
      session.streams.add(this.#id, this);
      session.output.wake();
      this.uploaded = body === null && empty;
      if (body === null) return this.expectHead();
      const sender = this.#send(body);
      if (!this.expects) sender.start();
      else
        this.wanted().then((wanted) => {
          if (wanted) sender.start();
          else if (this.over) this.#leaveStream();
        });
    } catch (error) {
      this.fail(error);
    }
  }

  receive(event: Http2Event & { type: 'response' | 'informational' }): void {
    if (event.type === 'response') this.#answer(event);
    else this.inform(event.status, event.headers);
  }

  /** The response is complete. */
  received(): void {
    this.over = true;
    if (this.uploaded || this.stopped) this.#leaveStream();
  }

  override fail(reason: unknown): void {
    if (!this.over || this.failure || this.uploaded) return super.fail(reason);
    // The response is complete, and the upload was left to go on.
    this.stopUpload(reason);
    this.#leaveStream();
  }

  reset(event: Http2Event & { type: 'reset' }): void {
    const { retry, remoteEnded } = event;
    const session = this.#session;
    const id = this.#id;
    const untouched = !this.request.body?.stats.pulls;
    if (retry && !this.failure && !this.answered && untouched && this.#client.again(this)) {
      this.#id = 0;
      return session.forget(id);
    }
    const reason = resetReason(event);
    session.forget(id);
    if (!remoteEnded || !this.answered) return this.lose(reason);
    // An early response that is complete: only the upload is not wanted (RFC 9113 section 8.1).
    this.stopUpload(reason);
    this.#leaveStream();
  }

  /** The stream is gone: what was received is read first. */
  lose(reason: unknown): void {
    if (this.failure) return;
    if (this.over) {
      this.stopUpload(reason);
      return this.rest();
    }
    this.reject(reason);
    this.incoming?.fail(reason);
    this.over = true;
  }

  protected onFail(reason: unknown): void {
    this.over = true;
    this.incoming?.fail(reason);
    if (this.#id === 0) return this.#client.drop(this);
    this.#session.codec.reset(this.#id, ErrorCode.CANCEL);
    this.#session.forget(this.#id);
  }

  override stopUpload(reason: unknown): void {
    // First: it would take a cancelled body for one that has ended.
    this.sender?.stop(reason);
    super.stopUpload(reason);
  }

  #send(body: BodyCore): Http2Sender {
    this.sender = new Http2Sender(this.#session, this.#id, body, this);
    return this.sender;
  }

  sent(): void {
    this.uploaded = true;
    if (this.over) this.#leaveStream();
    else this.expectHead();
  }

  broke(error: unknown): void {
    this.fail(error);
  }

  consumed(bytes: number): void {
    this.#session.consumed(this.#id, bytes);
  }

  /** What it has not sent is not wanted any more, and not sent: RFC 9113 section 8.1. */
  #leaveStream(): void {
    const { codec } = this.#session;
    this.over = true;
    this.rest();
    if (codec.state(this.#id) !== undefined) codec.reset(this.#id, ErrorCode.CANCEL);
    this.#session.forget(this.#id);
  }

  #answer(event: Http2Event & { type: 'response' }): void {
    const { status, headers, endStream } = event;
    if (this.failure || !this.accepts(status, 'h2')) return;
    const session = this.#session;
    const body = session.receiver(
      this.bodiless(status) ? { ...event, contentLength: undefined } : event,
      this,
    );
    if (this.agrees(status)) {
      this.incoming = body;
      const { core, duplex } = openTunnel(body, (reason) => this.fail(reason));
      this.#send(core).start();
      this.handOver(status, headers, duplex);
    } else {
      // What can be no tunnel needs nothing more of ours.
      if (this.request.tunnel) this.stopped = true;
      this.answer({ status, statusText: '', headers }, body, 0);
    }
    if (endStream) {
      body.end(null);
      this.received();
    } else if (status === 205) {
      // The others that have no body end by themselves: the codec lets no byte of one through.
      this.dropBody(status);
    }
  }

  /** Nobody reads the response, so nobody needs the upload. */
  cancel(reason: unknown): void {
    this.stopUpload(reason);
    this.#session.stopReading(this.#id);
    this.#leaveStream();
  }
}
