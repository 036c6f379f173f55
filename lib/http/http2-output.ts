import type { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import type { Http2Connection } from '../http2/connection/http2-connection.ts';
import { Lull } from './lull.ts';
import { type Sending, SendSchedule } from './send-schedule.ts';
import type { Transport } from './transport.ts';
import { TransportWriter, type WriteSettings } from './transport-writer.ts';

/** Bytes that go out as one write: at first, and with a transport that takes them at once. */
const BATCH = 64 * 1024;
const LARGE_BATCH = 256 * 1024;

/** What the connection has to hear of. */
export interface Http2OutputHooks {
  /** All that there was to send is with the transport. */
  idle(): void;
  /** The transport takes nothing any more. */
  deaf(error: unknown): void;
  /** The transport took too long. */
  lose(error: BodyTimeoutError): void;
}

/** The writing half of an HTTP/2 connection: streams take turns, and what they send goes out in batches. */
export class Http2Output extends TransportWriter {
  /** Pulls and handlers under way, whose answer may come at once. */
  expecting = 0;
  /** The transport takes nothing any more. */
  deaf = false;
  /** Nothing is written any more. */
  stopped = false;
  readonly #codec: Http2Connection;
  readonly #hooks: Http2OutputHooks;
  readonly #schedule = new SendSchedule();
  readonly #lull: Lull;
  #written: (() => void)[] = [];
  #batch = BATCH;
  /** What could come at once has come. */
  #quiet = false;
  #awake = false;

  constructor(io: Transport, codec: Http2Connection, settings: WriteSettings, hooks: Http2OutputHooks) {
    const deaf = (error: unknown): void => {
      this.deaf = true;
      hooks.deaf(error);
    };
    super(io, codec, settings, deaf, (error) => hooks.lose(error));
    this.#codec = codec;
    this.#hooks = hooks;
    this.#lull = new Lull(io, () => {
      this.#quiet = true;
      this.pump();
      this.#quiet = false;
    });
  }

  /** There is something to send, or there may be. */
  wake(): void {
    if (this.#awake || this.#held) return;
    this.#awake = true;
    Promise.resolve().then(this.#onWake);
  }

  /** It wants a turn. */
  ready(sending: Sending): void {
    this.#schedule.add(sending);
    this.wake();
  }

  /** Bytes that a stream may send in its turn: a frame, or more while nobody else waits. */
  get share(): number {
    const frame = Math.min(this.#codec.peerSettings.maxFrameSize, BATCH);
    return this.#schedule.empty ? Math.max(frame, this.#batch - this.#codec.queued) : frame;
  }

  /** Calls back once all that is queued now was taken by the transport. */
  whenWritten(callback: () => void): void {
    this.#written.push(callback);
  }

  /** Lets streams take turns and writes what they sent, until there is nothing or the transport is full. */
  pump(): void {
    const codec = this.#codec;
    const schedule = this.#schedule;
    while (!this.#held) {
      while (!schedule.empty && codec.queued < this.#batch) schedule.next()?.turn();
      const { queued } = codec;
      if (queued === 0) return this.#hooks.idle();
      if (queued < this.#batch && this.expecting > 0 && !this.#quiet) return this.#lull.wait();
      this.write();
    }
  }

  /** Writes what is queued. */
  write(): void {
    const written = this.#written;
    this.#written = [];
    const taken = this.flush(() => {
      for (const callback of written) callback();
    });
    if (taken) {
      this.#batch = Math.max(this.#batch >> 1, BATCH);
      taken.then(() => this.pump());
    } else this.#batch = Math.min(2 * this.#batch, LARGE_BATCH);
  }

  /** Nothing can be written now. */
  get #held(): boolean {
    return this.stopped || this.deaf || this.blocked !== null;
  }

  /** Unless it is about to be called. */
  pumpNow(): void {
    if (!this.#awake) this.pump();
  }

  readonly #onWake = (): void => {
    this.#awake = false;
    this.pump();
  };
}
