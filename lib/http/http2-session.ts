import { ignore } from '../body/ignore.ts';
import { ConnectionLostError } from '../errors/connection-lost-error.ts';
import { isForbiddenTrailer } from '../http1/trailer-fields.ts';
import { Http2Connection } from '../http2/connection/http2-connection.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import * as ErrorCode from '../http2/error-code.ts';
import { Alarm } from './alarm.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ConnectionStats } from './connection.ts';
import type { Failure } from './connection-base.ts';
import { Http2Output, type Http2OutputHooks } from './http2-output.ts';
import type { Http2Owner } from './http2-owner.ts';
import type { Http2Role } from './http2-role.ts';
import { http2Settings } from './http2-settings.ts';
import { lossOf } from './loss-of.ts';
import { type BodyHooks, ReceivedBody } from './received-body.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';
import { writeDeadline } from './write-deadline.ts';

/** Answers that wait for the transport; above it nothing more is read. */
const BACKLOG = 64 * 1024;
const PING = /* @__PURE__ */ new Uint8Array(8);

/** Runs the codec over a transport: one read loop, what came of it to the streams, and how the connection ends. */
export class Http2Session implements Http2OutputHooks {
  readonly codec: Http2Connection;
  readonly io: Transport;
  readonly owners: Map<number, Http2Owner> = new Map();
  readonly output: Http2Output;
  bytesRead = 0;
  readonly #role: Http2Role;
  readonly #server: boolean;
  readonly #settings: ServerSettings | ClientSettings;
  readonly #touched: ReceivedBody[] = [];
  readonly #alarm: Alarm;
  readonly #keepAlive: Alarm;
  #closing = false;
  #finishing = false;
  /** The transport takes nothing any more. */
  #deaf = false;
  #lastCall = false;
  /** What the peer's GOAWAY said was wrong. */
  #parting: string | undefined;
  #over = false;
  #ended = false;
  #eof = false;
  /** What was lost before the end. */
  #lost: Failure = null;

  constructor(
    io: Transport,
    role: Http2Role,
    side: 'server' | 'client',
    settings: ServerSettings | ClientSettings,
  ) {
    this.io = io;
    this.#role = role;
    this.#server = side === 'server';
    this.#settings = settings;
    this.codec = new Http2Connection(http2Settings(side, settings));
    this.output = new Http2Output(io, this.codec, settings.clock, settings.writeTimeout, this);
    this.#alarm = new Alarm(settings.clock);
    this.#keepAlive = new Alarm(settings.clock);
  }

  /** Begins. @param first What was read already. */
  start(first?: Uint8Array): void {
    this.codec.initiate();
    this.output.wake();
    // A transport that fulfils may still have bytes to read: only a rejection is a loss by itself.
    const lose = (error: unknown): void => this.lose(this.#loss(error));
    this.io.closed.then(ignore, lose);
    this.#read(first).catch(lose);
    this.#expectFrames();
  }

  get over(): boolean {
    return this.#over;
  }

  /** It takes nothing new. */
  get leaving(): boolean {
    return this.#over || this.#finishing || this.#eof;
  }

  /** Calls back once what the peer has sent by now was received, where the transport tells: it may end a stream, or be wrong. */
  soon(callback: () => void): void {
    const { io } = this;
    // What is in the kernel's queue is read between two turns.
    if (io.soon) io.soon(() => io.soon?.(callback));
    else callback();
  }

  /** What is received of a message. */
  receiver(
    { headers, contentLength, endStream }: Http2Event & { type: 'request' | 'response' },
    hooks: BodyHooks,
  ): ReceivedBody {
    const { transfer, fetchAPI } = this.#settings;
    const declared = headers.some(([name]) => name === 'trailer');
    const length = endStream ? 0 : contentLength;
    return new ReceivedBody(length, declared, transfer, fetchAPI.Headers, hooks);
  }

  /** The reader has got these bytes of a stream. */
  consumed(id: number, bytes: number): void {
    this.codec.consumed(id, bytes);
    if (this.codec.queued > 0) this.output.wake();
  }

  /** Nobody reads a stream. */
  stopReading(id: number): void {
    this.codec.stopReading(id);
    this.output.wake();
  }

  /** A stream waits for a window: when one opens that they share, those that have waited longer come first. */
  queue(id: number): void {
    const owner = this.owners.get(id);
    if (owner === undefined) return;
    this.owners.delete(id);
    this.owners.set(id, owner);
  }

  /** A stream needs nothing more of the connection. */
  forget(id: number): void {
    if (!this.owners.delete(id)) return;
    this.#role.forgot?.();
    this.output.wake();
    this.#leaveDeaf();
  }

  /** A peer that takes nothing does not keep a connection on which nothing is open any more. */
  #leaveDeaf(): void {
    if (this.#lastCall && this.output.blocked !== null) this.idle();
  }

  /** Ends gracefully (RFC 9113 section 6.8): what is open goes on, for a server also what crosses the announcement. */
  close(): void {
    if (this.#over || this.#finishing || this.#closing) return;
    this.#closing = true;
    this.codec.goAway();
    this.output.wake();
    // A peer that does not answer the PING was told enough.
    this.#alarm.set(this.#settings.drainTimeout, () => {
      this.#lastCall = true;
      this.codec.settleGoAway();
      this.output.wake();
      this.#leaveDeaf();
    });
  }

  /** Ends at once. */
  lose(reason: unknown): void {
    if (this.#over) return;
    this.#over = this.output.stopped = true;
    this.#loseStreams(reason);
    this.io.abort(reason);
    this.#end({ reason });
  }

  get stats(): ConnectionStats {
    const { streams, ...connection } = this.codec.stats;
    return {
      protocol: 'h2',
      bytesRead: this.bytesRead,
      bytesWritten: this.output.bytesWritten,
      ...connection,
      // The codec forgets no stream once its connection is dead.
      streams: (this.#over || this.#finishing ? [] : streams).map((stream) => ({
        ...stream,
        ...this.owners.get(stream.id)?.bodies,
      })),
    };
  }

  async #read(first: Uint8Array | undefined): Promise<void> {
    let chunk = first ?? (await this.io.read());
    while (chunk !== null && !this.#over) {
      this.bytesRead += chunk.byteLength;
      if (!this.#finishing) this.#receive(chunk);
      // RST_STREAM and PING are acted on while writes are blocked, but not if their answers pile up.
      while (this.output.blocked !== null && !this.#deaf && !this.#over && this.codec.queued > BACKLOG)
        await this.output.blocked;
      chunk = await this.io.read();
    }
    if (this.#over) return;
    if (this.#finishing) return this.#end(null);
    this.#onEof();
  }

  #receive(chunk: Uint8Array): void {
    const events = this.codec.receive(chunk, this.#settings.clock.now());
    this.#expectFrames();
    for (const event of events) {
      if (this.#over) return;
      this.#on(event);
    }
    for (const body of this.#touched.splice(0)) body.settle();
    this.output.pumpNow();
  }

  #on(event: Http2Event): void {
    const owner = 'streamId' in event ? this.owners.get(event.streamId) : undefined;
    switch (event.type) {
      case 'data':
        if (owner === undefined) this.codec.stopReading(event.streamId);
        else this.#onData(owner, event);
        break;
      case 'request':
        this.#role.request?.(event);
        break;
      case 'response':
      case 'informational':
        owner?.receive?.(event);
        break;
      case 'trailers':
        // As on HTTP/1.1 (RFC 9110 section 6.5.1).
        this.#complete(
          owner,
          event.headers.filter(([name]) => !isForbiddenTrailer(name)),
        );
        break;
      case 'reset':
        owner?.reset(event);
        break;
      case 'window':
        if (event.streamId !== 0) owner?.sender?.resume();
        else for (const { sender } of this.owners.values()) sender?.resume();
        break;
      case 'goaway':
        if (event.errorCode !== ErrorCode.NO_ERROR)
          this.#parting = `The peer left, with code ${event.errorCode} ${event.debug}`;
        this.#role.changed(event);
        break;
      case 'settings':
        this.#role.changed(event);
        break;
      case 'priority':
        owner?.prioritise?.(event.urgency);
        break;
      case 'error':
        this.#fail(event.error);
        break;
    }
  }

  #onData(owner: Http2Owner, { data, endStream }: Http2Event & { type: 'data' }): void {
    const { incoming } = owner;
    if (incoming === null) return;
    incoming.push(data);
    if (this.#touched[this.#touched.length - 1] !== incoming) this.#touched.push(incoming);
    if (endStream) this.#complete(owner, null);
  }

  #complete(owner: Http2Owner | undefined, fields: Parameters<ReceivedBody['end']>[0]): void {
    if (!owner?.incoming) return;
    owner.incoming.end(fields);
    this.#touched.push(owner.incoming);
    owner.received?.();
  }

  #loss(error?: unknown): unknown {
    return lossOf(error, this.#parting);
  }

  /** The peer sends no more: what it has not finished is lost, and unless it may half-close all it waits for. */
  #onEof(): void {
    const halfClose = 'halfClose' in this.#settings && this.#settings.halfClose;
    const reason = this.#loss();
    this.#eof = true;
    for (const [id, owner] of [...this.owners]) {
      if (halfClose && owner.incoming?.ended !== false && this.codec.state(id) !== undefined) continue;
      this.owners.delete(id);
      owner.lose(reason);
      this.#lost ??= { reason };
    }
    if (this.owners.size === 0) this.#finish(this.#lost);
    else this.close();
  }

  /** The peer broke the protocol: it is told why, and the connection ends. */
  #fail(error: unknown): void {
    this.#loseStreams(lossOf(error, 'The peer broke the protocol'));
    this.#finish({ reason: error });
  }

  #loseStreams(reason: unknown): void {
    const owners = [...this.owners.values()];
    this.owners.clear();
    for (const owner of owners) owner.lose(reason);
  }

  idle(): void {
    if (this.#finishing || this.owners.size > 0) return;
    if (this.codec.finished || this.#lastCall || this.#eof) this.#finish(this.#lost);
  }

  /** What the peer sent before it stopped to listen is still read. */
  deaf(error: unknown): void {
    const reason = this.#loss(error);
    this.#deaf = true;
    if (this.#over) return;
    if (this.#server) return this.lose(reason);
    this.#lost ??= { reason };
    for (const owner of this.owners.values()) owner.stopUpload?.(reason);
    this.#alarm.set(this.#settings.drainTimeout, () => this.lose(reason));
  }

  /** Writes what is left, half-closes, and waits a little for the peer to do so too. */
  #finish(failure: Failure): void {
    if (this.#finishing || this.#over) return;
    this.#finishing = true;
    this.#lost = failure;
    const end = (): void => this.#end(this.#lost);
    const drain = (): void => this.#alarm.set(this.#settings.drainTimeout, end);
    drain();
    const hangUp = (): void => {
      if (this.codec.queued > 0 && this.output.blocked === null) this.output.flush();
      const blocked = this.output.blocked;
      if (blocked !== null && !this.#deaf) {
        blocked.then(hangUp);
        return;
      }
      this.output.stopped = true;
      const owing = !failure && this.io.flushed === false;
      const flushed = this.io.close().catch(ignore);
      // A peer may take its time for what was written: the last of it still waits here.
      if (owing) {
        this.#alarm.clear();
        const { clock, writeTimeout } = this.#settings;
        writeDeadline(flushed, clock, writeTimeout, (error) => this.lose(error));
      }
      flushed.then(() => {
        if (this.#eof) end();
        else if (owing && !this.#ended) drain();
      });
    };
    hangUp();
  }

  #end(failure: Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#alarm.stop();
    this.#keepAlive.stop();
    if (!this.#over) this.io.abort();
    this.#over = this.output.stopped = true;
    if (this.owners.size > 0) this.#loseStreams(failure?.reason ?? this.#loss());
    this.#role.ended(failure ?? this.#lost);
  }

  /** PING keep-alive: any frame that comes is a sign of life. */
  #expectFrames(): void {
    const { pingInterval, pingTimeout } = this.#settings;
    if (pingInterval === undefined) return;
    this.#keepAlive.set(pingInterval, () => {
      this.codec.ping(PING);
      this.output.wake();
      const silent = new ConnectionLostError(`The peer did not answer a PING within ${pingTimeout} ms`);
      this.#keepAlive.set(pingTimeout, () => this.lose(silent));
    });
  }
}
