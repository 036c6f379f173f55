import type { ProtocolError } from '../../errors/protocol-error.ts';
import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { failStream } from '../fail-stream.ts';
import { AdaptiveWindow } from '../flow-control/adaptive-window.ts';
import { FlowControl } from '../flow-control/flow-control.ts';
import type { ReceiveWindow } from '../flow-control/receive-window.ts';
import type { SendWindow } from '../flow-control/send-window.ts';
import { FrameReader } from '../frames/frame-reader.ts';
import { FrameWriter } from '../frames/frame-writer.ts';
import type { Header } from '../header.ts';
import { HpackDecoder } from '../hpack/hpack-decoder.ts';
import { HpackEncoder } from '../hpack/hpack-encoder.ts';
import type { Priority } from '../messages/priority-of.ts';
import { Settings } from '../settings.ts';
import { STREAM_STATES, type StreamEvent } from '../stream-state.ts';
import { type CompleteOptions, completeOptions } from './complete-options.ts';
import type { FieldBlock } from './field-block.ts';
import type { Http2Event } from './http2-event.ts';
import type { Http2Options } from './http2-options.ts';
import type { Http2Stream } from './http2-stream.ts';
import { type BucketName, TokenBuckets } from './token-buckets.ts';

/** How many closed streams are remembered, to tell a late frame from a wrong one. */
const REMEMBERED = 512;

/** How a stream came to be closed: both sides ended, the peer reset it, or we did (then late frames are only discarded). */
export type Closing = 'ended' | 'remote' | 'local';

/** The state of one connection, and what all frame handlers do with it. Internal. */
export class ConnectionCore {
  readonly server: boolean;
  readonly options: CompleteOptions;
  readonly peer: Settings = new Settings();
  readonly reader: FrameReader;
  /** Frames that overtake the others: SETTINGS, PING, WINDOW_UPDATE, GOAWAY. */
  readonly control: FrameWriter = new FrameWriter();
  /** Frames whose order matters: SETTINGS acknowledgements, HEADERS, DATA, RST_STREAM. */
  readonly main: FrameWriter = new FrameWriter();
  readonly decoder: HpackDecoder = new HpackDecoder();
  readonly encoder: HpackEncoder = new HpackEncoder();
  readonly flow: FlowControl;
  readonly adaptive: AdaptiveWindow | undefined;
  readonly #buckets: TokenBuckets;
  readonly send: SendWindow = { available: 65_535 };
  readonly streams: Map<number, Http2Stream> = new Map();
  readonly closed: Map<number, Closing> = new Map();
  /** What PRIORITY_UPDATEs said of streams that are still idle. */
  readonly early: Map<number, Priority> = new Map();
  /** The windows of closed streams that have bytes unread. */
  readonly lingering: Map<number, ReceiveWindow> = new Map();
  /** The stream that the DATA frame under way belongs to; undefined when its bytes are dropped. */
  dataStream: Http2Stream | undefined;
  block: FieldBlock | undefined;
  readonly events: Http2Event[] = [];
  now = 0;
  /** Octets of the client's preface that have come. */
  preface: number;
  settingsReceived = false;
  /** SETTINGS of ours that wait for their acknowledgement. */
  settingsPending = 0;
  lastRemoteId = 0;
  nextLocalId: number;
  /** The last stream of the peer's that we process, once we have said so. */
  goAwaySent = 0x7fffffff;
  /** The last stream of ours that the peer processes, once it has said so. */
  goAwayReceived: number = Number.POSITIVE_INFINITY;
  closing = false;
  dead = false;

  constructor(given: Http2Options) {
    const options = completeOptions(given);
    this.options = options;
    this.server = options.role === 'server';
    this.preface = this.server ? 0 : 24;
    this.nextLocalId = this.server ? 2 : 1;
    this.reader = new FrameReader(options.maxFrameSize);
    this.flow = new FlowControl(options);
    this.adaptive = options.adaptiveWindow ? new AdaptiveWindow(this.flow) : undefined;
    this.#buckets = new TokenBuckets(options.limits);
  }

  open(id: number, method: string): Http2Stream {
    const stream: Http2Stream = {
      id,
      state: 'open',
      send: { available: this.peer.initialWindowSize },
      receive: this.flow.open(),
      contentLength: undefined,
      received: 0,
      headReceived: false,
      headSent: false,
      method,
      informational: 0,
      tunnel: false,
      discarding: false,
    };
    this.streams.set(id, stream);
    return stream;
  }

  move(stream: Http2Stream, event: StreamEvent): void {
    stream.state = STREAM_STATES[stream.state][event] ?? stream.state;
    if (stream.state === 'closed') this.forget(stream, 'ended');
    else if (event === 'send END_STREAM' && stream.discarding) this.reset(stream.id, ErrorCode.NO_ERROR);
  }

  /** Takes a stream off the books. What is unread of it stays charged, unless we gave it up. */
  forget(stream: Http2Stream, how: Closing): void {
    const { id, receive } = stream;
    stream.state = 'closed';
    this.streams.delete(id);
    this.flow.close(receive);
    this.remember(id, how);
    if (how === 'local') this.consume(receive, receive.unread);
    else if (receive.unread > 0) this.lingering.set(id, receive);
  }

  remember(id: number, how: Closing): void {
    this.closed.set(id, how);
    const [oldest = 0] = this.closed.keys();
    if (this.closed.size > REMEMBERED) this.closed.delete(oldest);
  }

  /** We end a stream, live or not. */
  reset(streamId: number, errorCode: number): void {
    const stream = this.streams.get(streamId);
    this.main.rstStream(streamId, errorCode);
    if (stream === undefined) this.remember(streamId, 'local');
    else this.forget(stream, 'local');
  }

  /** A stream is over before its time: the peer ended it (its reset, or its GOAWAY), or we do for an `error` of the peer's on it (RFC 9113 section 5.4.2). */
  lose(streamId: number, errorCode: number, error?: ProtocolError): void {
    const stream = this.streams.get(streamId);
    const remote = error === undefined;
    const retry = remote && errorCode === ErrorCode.REFUSED_STREAM;
    const remoteEnded = stream?.state === 'half-closed (remote)';
    this.events.push({ type: 'reset', streamId, errorCode, remote, retry, remoteEnded, error });
    if (!remote) this.reset(streamId, errorCode);
    else if (stream !== undefined) this.forget(stream, 'remote');
  }

  /** @throws {ProtocolError} `ERR_PROTOCOL`, scope connection, ENHANCE_YOUR_CALM, when a limit is passed. */
  charge(name: BucketName, cost?: number): void {
    this.#buckets.take(name, this.now, cost);
  }

  /** The peer lets us send more, or less (RFC 9113 sections 6.9 and 6.9.2). @throws {ProtocolError} `ERR_PROTOCOL`, FLOW_CONTROL_ERROR, for a window past 2^31-1. */
  openWindow(streamId: number, window: SendWindow, bytes: number, scope: 'connection' | 'stream'): void {
    const shut = window.available <= 0;
    const available = window.available + bytes;
    if (available > 0x7fffffff) fail('Window passes 2^31-1', ErrorCode.FLOW_CONTROL_ERROR, scope);
    window.available = available;
    if (shut && available > 0) this.events.push({ type: 'window', streamId });
  }

  sendFields(streamId: number, fields: readonly Header[], endStream: boolean): void {
    this.main.headers(streamId, this.encoder.encode(fields), endStream, this.peer.maxFrameSize);
  }

  /** Bytes that both windows allow. */
  sendable({ send }: Http2Stream): number {
    return Math.max(0, Math.min(send.available, this.send.available));
  }

  /**
   * These bytes were read, or are dropped: credit follows.
   * @param window - That they were charged to, but for the connection's.
   * @param stream - Its stream, if that is to be credited too.
   */
  consume(window: ReceiveWindow | undefined, bytes: number, stream?: Http2Stream): void {
    this.flow.consume(window, bytes);
    if (stream !== undefined) this.credit(stream);
    this.#credit(0, this.flow.connection);
  }

  credit({ id, receive, discarding, state }: Http2Stream): void {
    if (!discarding && state !== 'half-closed (remote)') this.#credit(id, receive);
  }

  #credit(streamId: number, window: ReceiveWindow): void {
    const bytes = this.flow.credit(window);
    if (bytes > 0) this.control.windowUpdate(streamId, bytes);
  }

  /** The last stream of the peer's that was processed, for GOAWAY: which never says more than before (RFC 9113 section 6.8). */
  get lastStreamId(): number {
    return Math.min(this.lastRemoteId, this.goAwaySent);
  }

  /** Whether a stream identifier was never used yet: RFC 9113 section 5.1, idle. */
  idle(streamId: number): boolean {
    const remote = streamId % 2 === (this.server ? 1 : 0);
    return remote ? streamId > this.lastRemoteId : streamId >= this.nextLocalId;
  }

  /** RFC 9113 section 8.1.1. @throws {ProtocolError} `ERR_PROTOCOL`, scope stream, PROTOCOL_ERROR, when a body is not, or will not be, as long as declared. */
  assertLength({ contentLength, received }: Http2Stream, endStream: boolean): void {
    if (contentLength !== undefined && (endStream ? received !== contentLength : received > contentLength))
      failStream('Body is not as long as declared');
  }

  /** @throws {ProtocolError} `ERR_PROTOCOL`, scope connection, PROTOCOL_ERROR, when a stream is idle. The connection itself, 0, never is. */
  assertUsed(streamId: number): void {
    if (streamId !== 0 && this.idle(streamId)) fail(`Frame on idle stream ${streamId}`);
  }
}
