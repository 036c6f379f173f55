import { utf8 } from '../../bytes/utf8.ts';
import { ProtocolError } from '../../errors/protocol-error.ts';
import { RefusedError } from '../../errors/refused-error.ts';
import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { failStream } from '../fail-stream.ts';
import type { Frame } from '../frames/frame.ts';
import type { Header } from '../header.ts';
import { fieldSize } from '../hpack/field-size.ts';
import { fieldRules } from '../messages/field-rules.ts';
import { requestHead } from '../messages/request-head.ts';
import { responseHead } from '../messages/response-head.ts';
import type { Settings } from '../settings.ts';
import type { StreamState } from '../stream-state.ts';
import { ConnectionCore } from './connection-core.ts';
import { consume } from './consume.ts';
import type { Http2Event } from './http2-event.ts';
import type { Http2Options } from './http2-options.ts';
import { type Http2Stats, http2Stats } from './http2-stats.ts';
import type { Http2Stream } from './http2-stream.ts';
import * as OwnPing from './own-ping.ts';
import { receiveFrame } from './receive-frame.ts';
import { sendData } from './send-data.ts';
import { settleGoAway } from './settle-go-away.ts';
import { stopReading } from './stop-reading.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/**
 * One HTTP/2 connection (RFC 9113), either side: bytes in, events out, and bytes to send. No I/O and no clock. `sluice/http2` gives it with `send`.
 *
 * Call `initiate()`, then give what was read to `receive()`, and write what `take()` gives after each call of any method.
 */
export class Http2Connection {
  readonly #core: ConnectionCore;

  /** @throws {TypeError} For a limit that is none. Numbers are not looked at. */
  constructor(options: Http2Options) {
    this.#core = new ConnectionCore(options);
  }

  /** The first flight: the client's preface, SETTINGS, and the connection window raised to the budget. Once, before all else. */
  initiate(): void {
    const { control, flow, options, server } = this.#core;
    if (!server) control.raw(utf8(PREFACE));
    control.settings([
      [1, options.headerTableSize],
      server ? [3, options.maxConcurrentStreams] : [2, 0],
      [4, options.highWaterMark],
      [5, options.maxFrameSize],
      [6, Math.min(options.maxHeaderBytes, 0xffffffff)],
      [8, server && options.enableConnectProtocol ? 1 : 0],
      [9, 1],
    ]);
    this.#core.settingsPending++;
    const more = flow.owed(flow.connection);
    flow.connection.outstanding += more;
    if (more > 0) control.windowUpdate(0, more);
  }

  /**
   * @param bytes - What the peer sent. `data` events hold views of it.
   * @param now - Milliseconds, of any clock that does not go back. Without one the abuse limits are those of a lifetime.
   * @returns The events, in the peer's order. It never throws for what the peer did: see `error`. Nothing comes after that one.
   */
  receive(bytes: Uint8Array, now: number = this.#core.now): Http2Event[] {
    const core = this.#core;
    core.now = now;
    core.adaptive?.begin();
    if (core.dead) return [];
    try {
      let at = 0;
      while (core.preface < 24 && at < bytes.byteLength)
        if (bytes[at++] !== PREFACE.charCodeAt(core.preface++)) fail('Connection preface is wrong');
      core.reader.push(at === 0 ? bytes : bytes.subarray(at));
      for (let frame: Frame | undefined; (frame = core.reader.next()); ) receiveFrame(core, frame);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      core.dead = true;
      // The last word (RFC 9113 section 5.4.1): behind all that was written.
      core.main.goAway(core.lastStreamId, error.errorCode ?? 1, utf8(error.message));
      core.events.push({ type: 'error', error });
    }
    return core.events.splice(0);
  }

  /** The bytes to send, in pieces and in order. They are the caller's; large DATA is the view that was given to `sendData`. */
  take(): Uint8Array[] {
    return [...this.#core.control.take(), ...this.#core.main.take()];
  }

  /** Nobody needs any more what `take()` gave: its memory may be written again. Never calling it costs memory only. */
  reuse(): void {
    this.#core.main.reuse();
    this.#core.control.reuse();
  }

  /** Bytes that `take()` would give now. */
  get queued(): number {
    return this.#core.control.queued + this.#core.main.queued;
  }

  /** What the peer's SETTINGS say. */
  get peerSettings(): Readonly<Settings> {
    return this.#core.peer;
  }

  /** Client: whether `openStream` may be called now: below the peer's stream limit, no GOAWAY. Changes with `receive` only, and by opening and closing. */
  get canOpen(): boolean {
    const core = this.#core;
    return (
      !core.server &&
      !core.dead &&
      !core.closing &&
      core.goAwayReceived === Number.POSITIVE_INFINITY &&
      core.streams.size < core.peer.maxConcurrentStreams
    );
  }

  /** No stream is open, and none will be: we have said so, or the server has, or the connection failed. Write what `take()` gives, and close. */
  get finished(): boolean {
    const core = this.#core;
    const announced = core.server
      ? core.goAwaySent < 0x7fffffff
      : core.closing || core.goAwayReceived < Number.POSITIVE_INFINITY;
    return core.dead || (core.streams.size === 0 && announced);
  }

  /**
   * Client: sends a request's head.
   * @returns The stream's identifier.
   * @throws {RefusedError} `ERR_REFUSED` when not `canOpen`, and once all identifiers were used: another connection is needed (RFC 9113 section 5.1.1).
   * @throws {TypeError} For a head that RFC 9113 section 8.3.1 does not allow, or that is over the peer's SETTINGS_MAX_HEADER_LIST_SIZE.
   */
  openStream(fields: readonly Header[], endStream: boolean): number {
    const core = this.#core;
    if (!this.canOpen || core.nextLocalId > 0x7fffffff) throw new RefusedError('No stream can be opened');
    const { peer, nextLocalId } = core;
    const { method } = this.#check(fields, () => requestHead(fields, peer.enableConnectProtocol === 1));
    core.nextLocalId += 2;
    const stream = core.open(nextLocalId, method);
    stream.headSent = true;
    this.#sendFields(stream, fields, endStream);
    return nextLocalId;
  }

  /** Server: sends the final response's head, with `:status` in `fields`. @throws {TypeError} As `openStream`, also when it was sent. A stream that is gone is ignored. */
  sendHeaders(streamId: number, fields: readonly Header[], endStream: boolean): void {
    this.#sendHead(streamId, fields, endStream, true);
  }

  /** Server: sends a 1xx, before `sendHeaders`. @throws {TypeError} As that. */
  sendInformational(streamId: number, fields: readonly Header[]): void {
    this.#sendHead(streamId, fields, false, false);
  }

  /** Sends trailers, which end our side. They are not under flow control. @throws {TypeError} For pseudo-header or connection-specific fields, over the peer's limit, or before the head. */
  sendTrailers(streamId: number, fields: readonly Header[]): void {
    const stream = this.#writable(streamId);
    if (stream === undefined) return;
    this.#check(fields, () => (stream.headSent ? fieldRules(fields) : failStream('the head was not sent')));
    this.#sendFields(stream, fields, true);
  }

  /** Bytes that `sendData` would take of this stream now: the smaller of both windows, not below 0. */
  sendable(streamId: number): number {
    const stream = this.#writable(streamId);
    return stream === undefined ? 0 : this.#core.sendable(stream);
  }

  /**
   * Sends body bytes, in frames of the peer's size. To take turns, give at most `peerSettings.maxFrameSize` bytes.
   * @param endStream - Ends our side with the last of them, if all fit. With no bytes it always fits.
   * @returns How many bytes fit; the rest is to be sent after a `window` event. 0 for a stream that is gone.
   * @throws {TypeError} Before the head.
   */
  sendData(streamId: number, bytes: Uint8Array, endStream: boolean): number {
    const stream = this.#writable(streamId);
    return stream === undefined ? 0 : sendData(this.#core, stream, bytes, endStream);
  }

  /** Resets a stream. Its unread bytes go back to the connection; no event of it follows. A stream that is gone is ignored. */
  reset(streamId: number, errorCode: number): void {
    const core = this.#core;
    if (core.streams.has(streamId) && !core.dead) core.reset(streamId, errorCode);
    else stopReading(core, streamId);
  }

  /**
   * The reader took, or we dropped, this many bytes that `data` events gave: credit follows. Also due for streams that have ended.
   * @throws {RangeError} For more than is unread.
   */
  consumed(streamId: number, bytes: number): void {
    consume(this.#core, streamId, bytes);
  }

  /**
   * The reader left. What is unread, and what still comes, goes to the connection's credit, and no event brings it. If the peer has not ended its side,
   * a client resets with CANCEL, a server with NO_ERROR once it has ended its own (RFC 9113 section 8.1).
   */
  stopReading(streamId: number): void {
    stopReading(this.#core, streamId);
  }

  /** Sends a PING; a `pong` event answers it. @param opaque - Eight bytes; not those of `OwnPing`. */
  ping(opaque: Uint8Array): void {
    this.#core.control.ping(opaque, false);
  }

  /**
   * Ends the connection. With NO_ERROR gracefully: a server announces it first, and says which streams it still takes once the peer
   * has seen that (RFC 9113 section 6.8); open streams go on, until `finished`. With another code at once.
   */
  goAway(errorCode: number = ErrorCode.NO_ERROR, debug = ''): void {
    const core = this.#core;
    const graceful = errorCode === ErrorCode.NO_ERROR;
    if (core.dead || (graceful && core.closing)) return;
    const last = !graceful ? core.lastStreamId : core.server ? 0x7fffffff : 0;
    (graceful ? core.control : core.main).goAway(last, errorCode, utf8(debug));
    core.closing = true;
    core.dead = !graceful;
    if (graceful && core.server) core.control.ping(utf8(OwnPing.SHUTDOWN), false);
  }

  /** Server: the second step of a graceful end, without waiting for the peer to have seen the first: no other streams are taken. */
  settleGoAway(): void {
    settleGoAway(this.#core);
  }

  /** A stream's state, or undefined once it is closed. */
  state(streamId: number): StreamState | undefined {
    return this.#core.streams.get(streamId)?.state;
  }

  /** A snapshot. */
  get stats(): Http2Stats {
    return http2Stats(this.#core);
  }

  /** The stream, if our side of it is open. */
  #writable(streamId: number): Http2Stream | undefined {
    const stream = this.#core.dead ? undefined : this.#core.streams.get(streamId);
    return stream?.state === 'half-closed (local)' ? undefined : stream;
  }

  #sendHead(streamId: number, fields: readonly Header[], endStream: boolean, final: boolean): void {
    const stream = this.#writable(streamId);
    if (stream === undefined) return;
    const { status } = this.#check(fields, () => {
      if (stream.headSent) failStream('the head was sent');
      const head = responseHead(fields);
      if (head.status >= 200 !== final) failStream('its status is of the other kind');
      return head;
    });
    stream.headSent = final;
    stream.tunnel = final && stream.method === 'CONNECT' && status < 300;
    this.#sendFields(stream, fields, endStream);
  }

  /**
   * A field section is well-formed, and the peer's SETTINGS_MAX_HEADER_LIST_SIZE allows it. That setting is advisory (RFC 9113 section 6.5.2), but a
   * section over it is refused at best, and ends the connection at worst: better that its sender learns it while it can send another.
   */
  #check<T>(fields: readonly Header[], read: () => T): T {
    const { maxHeaderListSize } = this.#core.peer;
    let size = 0;
    for (const field of fields) size += fieldSize(field);
    try {
      if (size > maxHeaderListSize)
        failStream(`${size} bytes are over the peer's limit of ${maxHeaderListSize}`);
      return read();
    } catch (error) {
      // The rules are those of what the peer sends, but the mistake is the caller's.
      throw new TypeError(`Cannot send fields: ${(error as Error).message}`);
    }
  }

  #sendFields(stream: Http2Stream, fields: readonly Header[], endStream: boolean): void {
    this.#core.sendFields(stream.id, fields, endStream);
    if (endStream) this.#core.move(stream, 'send END_STREAM');
  }
}
