import { utf8 } from '../../bytes/utf8.ts';
import { ProtocolError } from '../../errors/protocol-error.ts';
import { RefusedError } from '../../errors/refused-error.ts';
import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import type { Header } from '../header.ts';
import { fieldRules } from '../messages/field-rules.ts';
import { requestHead } from '../messages/request-head.ts';
import { responseHead } from '../messages/response-head.ts';
import type { Settings } from '../settings.ts';
import type { StreamState } from '../stream-state.ts';
import { ConnectionCore } from './connection-core.ts';
import type { Http2Event } from './http2-event.ts';
import type { Http2Options } from './http2-options.ts';
import type { Http2Stream } from './http2-stream.ts';
import { receiveFrame } from './receive-frame.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const SHUTDOWN_PING = /* @__PURE__ */ Uint8Array.of(0x73, 0x6c, 0x75, 0x69, 0x63, 0x65, 0, 2);

/** Numbers of a connection, in bytes. */
export interface Http2Stats {
  readonly unread: number;
  readonly budget: number;
  readonly sendWindow: number;
  readonly receiveWindow: number;
  readonly streams: readonly {
    readonly id: number;
    readonly state: StreamState;
    readonly sendWindow: number;
    readonly receiveWindow: number;
    readonly windowTarget: number;
    readonly owed: number;
  }[];
}

/**
 * One HTTP/2 connection (RFC 9113), either side: bytes in, events out, and bytes to send. No I/O and no clock.
 *
 * Call `initiate()`, then give what was read to `receive()`, and write what `take()` gives after each call of any method.
 *
 * @example
 * ```ts
 * import { Http2Connection } from 'sluice/http2';
 *
 * const client = new Http2Connection({ role: 'client' });
 * const server = new Http2Connection({ role: 'server' });
 * client.initiate();
 * client.openStream([[':method', 'GET'], [':scheme', 'http'], [':authority', 'a'], [':path', '/']], true);
 * for (const bytes of client.take()) server.receive(bytes, 0); // …, { type: 'request', streamId: 1, path: '/', … }
 * ```
 */
export class Http2Connection {
  readonly #core: ConnectionCore;

  constructor(options: Http2Options) {
    const { highWaterMark = 1 } = options;
    if (!(highWaterMark >= 1 && highWaterMark <= 0x7fffffff))
      throw new RangeError(`Cannot use highWaterMark as it must be 1 to 2^31-1: received ${highWaterMark}`);
    this.#core = new ConnectionCore(options);
  }

  /** The first flight: the client's preface, SETTINGS, and the connection window raised to the budget. Once, before all else. */
  initiate(): void {
    const { control, flow, options, server } = this.#core;
    if (!server) control.raw(utf8(PREFACE));
    const parameters: [number, number][] = [
      [1, options.headerTableSize],
      [3, options.maxConcurrentStreams],
      [4, options.highWaterMark],
      [5, options.maxFrameSize],
      [6, options.maxHeaderBytes],
      [9, 1],
    ];
    if (!server) parameters[1] = [2, 0];
    else if (options.enableConnectProtocol) parameters.push([8, 1]);
    control.settings(parameters);
    this.#core.settingsPending++;
    const more = flow.owed(flow.connection);
    flow.connection.outstanding += more;
    if (more > 0) control.windowUpdate(0, more);
  }

  /**
   * @param bytes - What the peer sent. `data` events hold views of it.
   * @param now - Milliseconds, of any clock that does not go back.
   * @returns The events, in the peer's order. It never throws for what the peer did: see `error`. Nothing comes after that one.
   */
  receive(bytes: Uint8Array, now: number): Http2Event[] {
    const core = this.#core;
    core.now = now;
    core.adaptive?.begin();
    core.events = [];
    if (core.dead) return core.events;
    try {
      let at = 0;
      for (; core.prefaceLeft > 0 && at < bytes.byteLength; at++)
        if (bytes[at] !== PREFACE.charCodeAt(24 - core.prefaceLeft--))
          throw connectionError(ErrorCode.PROTOCOL_ERROR, 'Connection preface is wrong');
      core.reader.push(at === 0 ? bytes : bytes.subarray(at));
      for (let frame = core.reader.next(); frame !== undefined; frame = core.reader.next())
        receiveFrame(core, frame);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      core.dead = true;
      core.control.goAway(core.lastRemoteId, error.errorCode ?? 1, utf8(error.message));
      core.events.push({ type: 'error', error });
    }
    const { events } = core;
    core.events = [];
    return this.#afterShutdownPing(events);
  }

  /** The bytes to send, in pieces and in order. They are the caller's; large DATA is the view that was given to `sendData`. */
  take(): Uint8Array[] {
    const control = this.#core.control.take();
    const main = this.#core.main.take();
    return main.length === 0 ? control : control.length === 0 ? main : [...control, ...main];
  }

  /** Bytes that `take()` would give now. */
  get queued(): number {
    return this.#core.control.queued + this.#core.main.queued;
  }

  /** What the peer's SETTINGS say. */
  get peerSettings(): Readonly<Settings> {
    return this.#core.peer;
  }

  /** Client: whether `openStream` may be called now: below the peer's stream limit, no GOAWAY, identifiers left. Changes with `receive` only, and by opening and closing. */
  get canOpen(): boolean {
    const { dead, closing, goAwayReceived, server, streams, peer, nextLocalId } = this.#core;
    return (
      !server &&
      !dead &&
      !closing &&
      goAwayReceived === 0x7fffffff &&
      nextLocalId <= 0x7fffffff &&
      streams.size < peer.maxConcurrentStreams
    );
  }

  /** No stream is open, and none will be: a GOAWAY was sent or received, or the connection failed. Write what `take()` gives, and close. */
  get finished(): boolean {
    const { dead, closing, goAwayReceived, goAwaySent, streams, server } = this.#core;
    const last = goAwayReceived < 0x7fffffff || (closing && (!server || goAwaySent < 0x7fffffff));
    return dead || (last && streams.size === 0);
  }

  /**
   * Client: sends a request's head.
   * @returns The stream's identifier.
   * @throws {RefusedError} `ERR_REFUSED` when not `canOpen`. @throws {TypeError} For a head that RFC 9113 section 8.3.1 does not allow.
   */
  openStream(fields: readonly Header[], endStream: boolean): number {
    const core = this.#core;
    if (!this.canOpen) throw new RefusedError('The connection takes no stream now');
    const head = requestHead(fields, core.peer.enableConnectProtocol === 1);
    if (typeof head === 'string') throw new TypeError(`Cannot send the request: ${head}`);
    const id = core.nextLocalId;
    core.nextLocalId += 2;
    const stream = core.open(id, head.method);
    stream.headSent = true;
    this.#sendFields(stream, fields, endStream);
    return id;
  }

  /** Server: sends the final response's head, with `:status` in `fields`. @throws {TypeError} As `openStream`, or when it was sent. A stream that is gone is ignored. */
  sendHeaders(streamId: number, fields: readonly Header[], endStream: boolean): void {
    const stream = this.#writable(streamId);
    if (stream === undefined) return;
    const head = responseHead(fields);
    const wrong =
      typeof head === 'string'
        ? head
        : head.status < 200
          ? 'Status is informational'
          : stream.headSent
            ? 'It was sent'
            : '';
    if (wrong !== '') throw new TypeError(`Cannot send the response: ${wrong}`);
    stream.headSent = true;
    this.#sendFields(stream, fields, endStream);
  }

  /** Server: sends a 1xx, before `sendHeaders`. @throws {TypeError} As that. */
  sendInformational(streamId: number, fields: readonly Header[]): void {
    const stream = this.#writable(streamId);
    if (stream === undefined) return;
    const head = responseHead(fields);
    const wrong =
      typeof head === 'string'
        ? head
        : head.status >= 200
          ? 'Status is final'
          : stream.headSent
            ? 'The head was sent'
            : '';
    if (wrong !== '') throw new TypeError(`Cannot send the informational response: ${wrong}`);
    this.#sendFields(stream, fields, false);
  }

  /** Sends trailers, which end our side. They are not under flow control. @throws {TypeError} For pseudo-header or connection-specific fields, or before the head. */
  sendTrailers(streamId: number, fields: readonly Header[]): void {
    const stream = this.#writable(streamId);
    if (stream === undefined) return;
    const section = fieldRules(fields, []);
    if (typeof section === 'string') throw new TypeError(`Cannot send the trailers: ${section}`);
    if (!stream.headSent) throw new TypeError('Cannot send the trailers: the head was not sent');
    this.#sendFields(stream, fields, true);
  }

  /** Bytes that `sendData` would take of this stream now: the smaller of both windows, not below 0. */
  sendable(streamId: number): number {
    const stream = this.#writable(streamId);
    return stream === undefined ? 0 : Math.max(0, Math.min(stream.send.available, this.#core.send.available));
  }

  /**
   * Sends body bytes, in frames of the peer's size. To take turns, give at most `peerSettings.maxFrameSize` bytes.
   * @param endStream - Ends our side with the last of them, if all fit. With no bytes it always fits.
   * @returns How many bytes fit; the rest is to be sent after a `window` event. 0 for a stream that is gone.
   * @throws {TypeError} Before the head.
   */
  sendData(streamId: number, bytes: Uint8Array, endStream: boolean): number {
    const core = this.#core;
    const stream = this.#writable(streamId);
    if (stream === undefined) return 0;
    if (!stream.headSent) throw new TypeError('Cannot send DATA: the head was not sent');
    const size = Math.min(bytes.byteLength, this.sendable(streamId));
    const whole = size === bytes.byteLength;
    if (size === 0 && !(whole && endStream)) return 0;
    let at = 0;
    do {
      const end = Math.min(size, at + core.peer.maxFrameSize);
      core.main.data(streamId, bytes.subarray(at, end), endStream && whole && end === size);
      core.buckets.refund('windowUpdates', 3);
      at = end;
    } while (at < size);
    stream.send.available -= size;
    core.send.available -= size;
    if (endStream && whole) core.move(stream, 'send END_STREAM');
    return size;
  }

  /** Resets a stream. Its unread bytes go back to the connection; no event of it follows. A stream that is gone is ignored. */
  reset(streamId: number, errorCode: number): void {
    const stream = this.#core.streams.get(streamId);
    if (stream !== undefined && !this.#core.dead) this.#core.reset(stream, errorCode);
    else this.stopReading(streamId);
  }

  /**
   * The reader took, or we dropped, this many bytes that `data` events gave: credit follows. Also due for streams that have ended.
   * @throws {RangeError} For more than is unread.
   */
  consumed(streamId: number, bytes: number): void {
    const core = this.#core;
    const stream = core.streams.get(streamId);
    const unread = stream?.receive.unread ?? core.lingering.get(streamId) ?? 0;
    if (stream?.discarding === true || (stream === undefined && unread === 0)) return;
    if (!(bytes >= 0 && bytes <= unread))
      throw new RangeError(`Cannot consume bytes as they must be unread (${unread}): received ${bytes}`);
    core.flow.consume(stream?.receive, bytes);
    if (stream !== undefined) core.creditStream(stream);
    else if (bytes === unread) core.lingering.delete(streamId);
    else core.lingering.set(streamId, unread - bytes);
    core.creditConnection();
  }

  /**
   * The reader left. What is unread, and what still comes, goes to the connection's credit, and no event brings it. If the peer has not ended its side,
   * a client resets with CANCEL, a server with NO_ERROR once it has ended its own (RFC 9113 section 8.1).
   */
  stopReading(streamId: number): void {
    const core = this.#core;
    const stream = core.streams.get(streamId);
    if (stream === undefined) {
      core.flow.consume(undefined, core.lingering.get(streamId) ?? 0);
      core.lingering.delete(streamId);
      core.creditConnection();
      return;
    }
    if (stream.discarding) return;
    const receiving = stream.state !== 'half-closed (remote)';
    if (receiving && !core.server) core.reset(stream, ErrorCode.CANCEL);
    else if (stream.state === 'half-closed (local)') core.reset(stream, ErrorCode.NO_ERROR);
    else {
      core.release(stream);
      stream.discarding = true;
      stream.resetAtEnd = receiving;
    }
  }

  /** Sends a PING; a `pong` event answers it. @param opaque - Eight bytes; not beginning with "sluice", which our own have. */
  ping(opaque: Uint8Array): void {
    if (opaque.byteLength !== 8)
      throw new RangeError(`Cannot ping as it must be 8 bytes: received ${opaque.byteLength}`);
    this.#core.control.ping(opaque, false);
  }

  /**
   * Ends the connection. With NO_ERROR gracefully: a server announces it first, and says which streams it still takes once the peer
   * has seen that (RFC 9113 section 6.8); open streams go on, until `finished`. With another code at once.
   */
  goAway(errorCode: number = ErrorCode.NO_ERROR, debug = ''): void {
    const core = this.#core;
    if (core.dead) return;
    if (errorCode !== ErrorCode.NO_ERROR) {
      core.dead = true;
      core.control.goAway(core.lastRemoteId, errorCode, utf8(debug));
    } else if (!core.closing) {
      core.closing = true;
      core.control.goAway(core.server ? 0x7fffffff : 0, errorCode, utf8(debug));
      if (core.server) core.control.ping(SHUTDOWN_PING, false);
    }
  }

  /** A stream's state, or undefined once it is closed. */
  state(streamId: number): StreamState | undefined {
    return this.#core.streams.get(streamId)?.state;
  }

  /** A snapshot. */
  get stats(): Http2Stats {
    const { flow, send, streams } = this.#core;
    return {
      unread: flow.connection.unread,
      budget: flow.connection.target,
      sendWindow: send.available,
      receiveWindow: flow.connection.outstanding,
      streams: [...streams.values()].map(({ id, state, send, receive }) => ({
        id,
        state,
        sendWindow: send.available,
        receiveWindow: receive.outstanding,
        windowTarget: flow.windowTarget(receive),
        owed: flow.owed(receive),
      })),
    };
  }

  /** The stream, if our side of it is open. */
  #writable(streamId: number): Http2Stream | undefined {
    const stream = this.#core.dead ? undefined : this.#core.streams.get(streamId);
    return stream?.state === 'half-closed (local)' ? undefined : stream;
  }

  #sendFields(stream: Http2Stream, fields: readonly Header[], endStream: boolean): void {
    const { main, encoder, peer } = this.#core;
    main.headers(stream.id, encoder.encode(fields), endStream, peer.maxFrameSize);
    if (endStream) this.#core.move(stream, 'send END_STREAM');
  }

  /** The second step of a graceful end: what the peer opened until now is taken, and no more. */
  #afterShutdownPing(events: Http2Event[]): Http2Event[] {
    const core = this.#core;
    if (!core.closing || core.goAwaySent < 0x7fffffff || !core.server || core.dead) return events;
    const rest = events.filter(
      (event) => event.type !== 'pong' || event.opaque.some((byte, i) => byte !== SHUTDOWN_PING[i]),
    );
    if (rest.length === events.length) return events;
    core.goAwaySent = core.lastRemoteId;
    core.control.goAway(core.lastRemoteId, ErrorCode.NO_ERROR, new Uint8Array(0));
    return rest;
  }
}
