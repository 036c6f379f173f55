import { ignore } from '../body/ignore.ts';
import { ConnectionLostError } from '../errors/connection-lost-error.ts';
import { Http2Connection } from '../http2/connection/http2-connection.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import * as ErrorCode from '../http2/error-code.ts';
import { Alarm } from './alarm.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ConnectionStats } from './connection.ts';
import type { Failure } from './connection-base.ts';
import { Http2Output } from './http2-output.ts';
import type { Http2Role } from './http2-role.ts';
import { http2Settings } from './http2-settings.ts';
import { Http2Shutdown } from './http2-shutdown.ts';
import { Http2Streams } from './http2-streams.ts';
import { lossOf } from './loss-of.ts';
import { type BodyHooks, ReceivedBody } from './received-body.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** Answers that wait for the transport; above it nothing more is read. */
const BACKLOG = 64 * 1024;
const PING = /* @__PURE__ */ new Uint8Array(8);

/** Runs the codec over a transport: one read loop, what came of it to the streams, and PINGs when nothing comes. */
export class Http2Session {
  readonly codec: Http2Connection;
  readonly io: Transport;
  readonly streams: Http2Streams;
  readonly output: Http2Output;
  readonly shutdown: Http2Shutdown;
  readonly #role: Http2Role;
  readonly #settings: ServerSettings | ClientSettings;
  readonly #keepAlive: Alarm;
  #bytesRead = 0;

  constructor(
    io: Transport,
    role: Http2Role,
    side: 'server' | 'client',
    settings: ServerSettings | ClientSettings,
  ) {
    this.io = io;
    this.#role = role;
    this.#settings = settings;
    this.codec = new Http2Connection(http2Settings(side, settings));
    this.streams = new Http2Streams(this.codec);
    this.shutdown = new Http2Shutdown(this, side, settings);
    this.output = new Http2Output(io, this.codec, settings, this.shutdown);
    this.#keepAlive = new Alarm(settings.clock);
  }

  /** Begins. @param first What was read already. */
  start(first?: Uint8Array): void {
    this.codec.initiate();
    this.output.wake();
    // A transport that fulfils may still have bytes to read: only a rejection is a loss by itself.
    const lose = (error: unknown): void => this.shutdown.fail(error);
    this.io.closed.then(ignore, lose);
    this.#read(first).catch(lose);
    this.#expectFrames();
  }

  get stats(): ConnectionStats {
    return {
      ...this.codec.stats,
      protocol: 'h2',
      bytesRead: this.#bytesRead,
      bytesWritten: this.output.bytesWritten,
      // The codec forgets no stream once its connection is dead.
      streams: this.shutdown.over || this.shutdown.finishing ? [] : this.streams.stats,
    };
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

  /** A stream needs nothing more of the connection. */
  forget(id: number): void {
    if (!this.streams.delete(id)) return;
    this.#role.forgot?.();
    this.output.wake();
    this.shutdown.forgot();
  }

  ended(failure: Failure): void {
    this.#keepAlive.stop();
    this.#role.ended(failure);
  }

  async #read(first: Uint8Array | undefined): Promise<void> {
    const { output, shutdown } = this;
    // A handler may end the connection, which whoever makes it has to have first.
    let chunk = (await first) ?? (await this.io.read());
    while (chunk !== null && !shutdown.over) {
      this.#bytesRead += chunk.byteLength;
      if (!shutdown.finishing) this.#receive(chunk);
      // RST_STREAM and PING are acted on while writes are blocked, but not if their answers pile up.
      while (output.blocked && !shutdown.over && this.codec.queued > BACKLOG) await output.blocked;
      chunk = await this.io.read();
    }
    shutdown.eof();
  }

  #receive(chunk: Uint8Array): void {
    const events = this.codec.receive(chunk, this.#settings.clock.now());
    this.#expectFrames();
    for (const event of events) {
      if (this.shutdown.over) return;
      this.#on(event);
    }
    this.streams.settle();
    this.output.pumpNow();
  }

  #on(event: Http2Event): void {
    switch (event.type) {
      case 'request':
        this.#role.request?.(event);
        break;
      case 'goaway':
        if (event.errorCode !== ErrorCode.NO_ERROR)
          this.shutdown.parting = `The peer left, with code ${event.errorCode} ${event.debug}`;
        this.#role.changed(event);
        break;
      case 'settings':
        this.#role.changed(event);
        break;
      case 'error':
        // It is told why, and the connection ends.
        this.streams.lose(lossOf(event.error, 'The peer broke the protocol'));
        this.shutdown.finish({ reason: event.error });
        break;
      default:
        this.streams.receive(event);
    }
  }

  /** PING keep-alive: any frame that comes is a sign of life. */
  #expectFrames(): void {
    const { pingInterval, pingTimeout } = this.#settings;
    if (pingInterval === undefined) return;
    this.#keepAlive.set(pingInterval, () => {
      this.codec.ping(PING);
      this.output.wake();
      const silent = new ConnectionLostError(`The peer did not answer a PING within ${pingTimeout} ms`);
      this.#keepAlive.set(pingTimeout, () => this.shutdown.lose(silent));
    });
  }
}
