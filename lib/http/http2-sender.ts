import type { BodyCore } from '../body/body-core.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { isPromise } from '../body/is-promise.ts';
import { COPY_LIMIT } from '../bytes/copy-limit.ts';
import * as ErrorCode from '../http2/error-code.ts';
import type { Http2Session } from './http2-session.ts';
import type { Sending } from './send-schedule.ts';
import { trailerFields } from './trailer-fields.ts';

export interface SenderHooks {
  /** All of it is on its way, with its end. */
  sent(): void;
  /** The body failed: the stream was reset. */
  broke(error: unknown): void;
  /** The body said something after its last byte was sent. */
  report?(error: unknown): void;
}

const EMPTY = new Uint8Array(0);

/**
 * Sends one body: pulls it only while its windows are open and the transport takes bytes, with one chunk in hand. DESIGN
 * section 5, "Send".
 */
export class Http2Sender implements Sending {
  urgency = 3;
  readonly #session: Http2Session;
  readonly #id: number;
  readonly #core: BodyCore | null;
  readonly #hooks: SenderHooks;
  readonly #length: number | undefined;
  #chunk: Uint8Array | null;
  #sent = 0;
  #queued = false;
  #pulling = false;
  /** Nothing is in hand of what was pulled: one more pull may show the end, also when the windows are shut. */
  #look = false;
  #done = false;

  constructor(session: Http2Session, id: number, body: BodyCore | Uint8Array, hooks: SenderHooks) {
    this.#session = session;
    this.#id = id;
    this.#hooks = hooks;
    const core = 'pull' in body ? body : null;
    this.#core = core;
    this.#chunk = core ? null : (body as Uint8Array);
    this.#length = core?.trailers === undefined ? body.byteLength : undefined;
  }

  /** Whether the head can end the stream. */
  get empty(): boolean {
    return this.#length === 0;
  }

  /** The head was sent. */
  start(): void {
    if (this.#length === 0) this.#finish();
    else this.resume();
  }

  /** A window has opened, or a chunk has come. */
  resume(): void {
    if (this.#done || this.#queued || this.#pulling) return;
    this.#queued = true;
    this.#session.output.ready(this);
  }

  /** The stream is gone, or nobody wants it. */
  stop(reason: unknown): void {
    if (this.#close() && this.#core !== null) cancelQuietly(this.#core, reason);
  }

  turn(): void {
    this.#queued = false;
    const { codec } = this.#session;
    const { share } = this.#session.output;
    let left = share;
    let room = codec.sendable(this.#id);
    while (left > 0 && !this.#done && !this.#pulling) {
      const chunk = this.#chunk;
      if (chunk === null) {
        if (room === 0 && !this.#look) break;
        this.#look = false;
        this.#take(this.#pull());
        continue;
      }
      if (room === 0) break;
      // What is sent is copied, as the source may fill the chunk again.
      const size = Math.min(room, left, chunk.byteLength, COPY_LIMIT);
      const whole = size === chunk.byteLength;
      left -= size;
      this.#sent += size;
      this.#chunk = whole ? null : chunk.subarray(size);
      room -= size;
      this.#look = whole;
      const last = this.#sent === this.#length;
      codec.sendData(this.#id, whole ? chunk : chunk.subarray(0, size), last);
      if (last) return this.#finish();
    }
    // Who has sent takes another turn first, and so waits behind those that had none.
    if (room > 0 || left < share) this.resume();
    else this.#session.streams.queue(this.#id);
  }

  /** What is there now: a chunk, the end, or undefined when it comes later or has failed. */
  #pull(): Uint8Array | null | undefined {
    try {
      const pulled = (this.#core as BodyCore).pull(undefined, undefined, this.#wake);
      if (!isPromise(pulled)) return pulled;
      this.#pulling = true;
      this.#session.output.expecting++;
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  /** What was late is there. A call, as a promise for each chunk would cost more than it. */
  readonly #wake = (): void => {
    this.#pulling = false;
    this.#session.output.expecting--;
    if (this.#done) return;
    this.#take(this.#pull());
    this.resume();
  };

  #take(chunk: Uint8Array | null | undefined): void {
    if (this.#done) return;
    if (chunk) this.#chunk = chunk;
    else if (chunk === null) this.#end();
  }

  #end(): void {
    const { codec } = this.#session;
    const trailers = this.#core?.trailers;
    if (trailers === undefined) {
      codec.sendData(this.#id, EMPTY, true);
      return this.#over();
    }
    this.#pulling = true;
    trailers.then(
      (headers) => {
        if (this.#done) return;
        try {
          const fields = trailerFields(headers);
          if (fields.length === 0) codec.sendData(this.#id, EMPTY, true);
          else codec.sendTrailers(this.#id, fields);
        } catch (error) {
          return this.#fail(error);
        }
        this.#over();
      },
      (error) => this.#fail(error),
    );
  }

  /** The known length was sent, with the end of the stream. The source is still asked for its end. */
  #finish(): void {
    this.#over();
    new Promise((settle) => settle(this.#core?.pull())).catch((error) => this.#hooks.report?.(error));
  }

  #over(): void {
    this.#close();
    this.#hooks.sent();
    this.#session.output.wake();
  }

  #fail(error: unknown): void {
    if (!this.#close()) return;
    this.#session.codec.reset(this.#id, ErrorCode.INTERNAL_ERROR);
    this.#hooks.broke(error);
    this.#session.output.wake();
  }

  /** Sends nothing more. False when that was so before. */
  #close(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.#chunk = null;
    return true;
  }
}
