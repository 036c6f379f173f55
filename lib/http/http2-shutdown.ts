import { Alarm } from './alarm.ts';
import type { ClientSettings } from './client-settings.ts';
import type { Failure } from './connection-base.ts';
import { halfClose } from './half-close.ts';
import type { Http2OutputHooks } from './http2-output.ts';
import type { Http2Session } from './http2-session.ts';
import { lossOf } from './loss-of.ts';
import type { ServerSettings } from './server-settings.ts';

/** How an HTTP/2 connection ends: gracefully (RFC 9113 section 6.8), because its peer has left, or at once. */
export class Http2Shutdown implements Http2OutputHooks {
  /** Nothing moves any more. */
  over = false;
  /** The last bytes are on their way; what comes is dropped. */
  finishing = false;
  /** What the peer's GOAWAY said was wrong. */
  parting: string | undefined;
  readonly #session: Http2Session;
  readonly #server: boolean;
  readonly #settings: ServerSettings | ClientSettings;
  readonly #alarm: Alarm;
  #closing = false;
  /** The peer was given its time to end what is open. */
  #lastCall = false;
  /** The peer sends no more. */
  #eof = false;
  /** What was lost before the end. */
  #lost: Failure = null;

  constructor(session: Http2Session, side: 'server' | 'client', settings: ServerSettings | ClientSettings) {
    this.#session = session;
    this.#server = side === 'server';
    this.#settings = settings;
    this.#alarm = new Alarm(settings.clock);
  }

  /** It takes nothing new. */
  get leaving(): boolean {
    return this.over || this.finishing || this.#eof;
  }

  /** What is open goes on, for a server also what crosses the announcement. */
  close(): void {
    if (this.over || this.finishing || this.#closing) return;
    const { codec, output } = this.#session;
    this.#closing = true;
    codec.goAway();
    output.wake();
    // A peer that does not answer the PING was told enough.
    this.#alarm.set(this.#settings.drainTimeout, () => {
      this.#lastCall = true;
      codec.settleGoAway();
      output.wake();
      this.forgot();
    });
  }

  /** A stream is over: a peer that takes nothing does not keep a connection on which nothing is open any more. */
  forgot(): void {
    const { blocked, deaf } = this.#session.output;
    if (this.#lastCall && (blocked !== null || deaf)) this.idle();
  }

  idle(): void {
    const { codec, streams } = this.#session;
    if (streams.size === 0 && (codec.finished || this.#lastCall || this.#eof)) this.finish();
  }

  /** What the peer sent before it stopped to listen is still read. */
  deaf(error: unknown): void {
    const reason = this.#loss(error);
    if (this.over) return;
    if (this.#server) return this.lose(reason);
    this.#lost ??= { reason };
    this.#session.streams.stopUploads(reason);
    this.#alarm.set(this.#settings.drainTimeout, () => this.lose(reason));
  }

  /** The peer sends no more: what it has not finished is lost, and unless it may half-close all it waits for. */
  eof(): void {
    if (this.finishing) return this.#end();
    if (this.over) return;
    const { codec, streams } = this.#session;
    const mayHalfClose = 'halfClose' in this.#settings && this.#settings.halfClose;
    const reason = this.#loss();
    this.#eof = true;
    const lost = streams.lose(
      reason,
      ({ incoming }, id) => !!mayHalfClose && incoming?.ended !== false && codec.state(id) !== undefined,
    );
    if (lost) this.#lost ??= { reason };
    if (streams.size === 0) this.finish();
    else this.close();
  }

  /** The transport has failed. */
  fail(error: unknown): void {
    this.lose(this.#loss(error));
  }

  /** Ends at once. */
  lose(reason: unknown): void {
    if (this.over) return;
    this.#lost = { reason };
    this.#end(reason);
  }

  /** Writes what is left, half-closes, and waits a little for the peer to do so too. */
  finish(lost: Failure = this.#lost): void {
    if (this.finishing || this.over) return;
    this.finishing = true;
    this.#lost = lost;
    const end = (): void => this.#end();
    const drain = (): void => {
      if (!this.over) this.#alarm.set(this.#settings.drainTimeout, end);
    };
    const hangUp = (): void => {
      const { codec, io, output } = this.#session;
      if (codec.queued > 0 && output.blocked === null && !output.deaf) output.write();
      if (output.blocked !== null) {
        output.blocked.then(hangUp);
        return;
      }
      output.stopped = true;
      this.#alarm.clear();
      const owing = !lost && io.flushed === false;
      halfClose(io, owing, this.#settings, drain, (error) => this.lose(error)).then(() => {
        if (this.#eof) end();
      });
    };
    drain();
    hangUp();
  }

  /** The one reason for everyone, whatever fails first; but for what the peer itself said. */
  #loss(error?: unknown): unknown {
    return this.#lost && !this.parting ? this.#lost.reason : lossOf(error, this.parting);
  }

  /** @param reason Why at once. */
  #end(reason?: unknown): void {
    if (this.over) return;
    const { io, output, streams } = this.#session;
    this.over = output.stopped = true;
    this.#alarm.stop();
    if (streams.size > 0) streams.lose(this.#lost ? this.#lost.reason : this.#loss());
    io.abort(reason);
    this.#session.ended(this.#lost);
  }
}
