import { ProtocolError } from '../../errors/protocol-error.ts';
import { ErrorCode } from '../error-code.ts';
import { AdaptiveWindow } from '../flow-control/adaptive-window.ts';
import { FlowControl } from '../flow-control/flow-control.ts';
import type { ReceiveWindow } from '../flow-control/receive-window.ts';
import { SendWindow } from '../flow-control/send-window.ts';
import { FrameReader } from '../frames/frame-reader.ts';
import { FrameWriter } from '../frames/frame-writer.ts';
import { HpackDecoder } from '../hpack/hpack-decoder.ts';
import { HpackEncoder } from '../hpack/hpack-encoder.ts';
import { Settings } from '../settings.ts';
import { STREAM_STATES, type StreamEvent } from '../stream-state.ts';
import { ABUSE_LIMITS, type AbuseLimits } from './abuse-limits.ts';
import type { Http2Event } from './http2-event.ts';
import type { Http2Options } from './http2-options.ts';
import type { Http2Stream } from './http2-stream.ts';
import { TokenBuckets } from './token-buckets.ts';

/** How many closed streams are remembered, to tell a late frame from a wrong one. */
const REMEMBERED = 512;

/** How a stream came to be closed: both sides ended, the peer reset it, or we did (then late frames are only discarded). */
export type Closing = 'ended' | 'remote' | 'local';

/** A field block under way: RFC 9113 section 6.10 lets nothing else come between its frames. */
export interface FieldBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly selfDependent: boolean;
  fragments: Uint8Array[];
  bytes: number;
  continuations: number;
}

/** The state of one connection, and what all frame handlers do with it. Internal. */
export class ConnectionCore {
  readonly server: boolean;
  readonly options: Required<Omit<Http2Options, 'limits'>>;
  readonly limits: AbuseLimits;
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
  readonly buckets: TokenBuckets;
  readonly send: SendWindow = new SendWindow(65_535);
  readonly streams: Map<number, Http2Stream> = new Map();
  readonly byWindow: Map<ReceiveWindow, Http2Stream> = new Map();
  readonly closed: Map<number, Closing> = new Map();
  /** Bytes still unread of streams that are closed. */
  readonly lingering: Map<number, number> = new Map();
  /** The stream that the DATA frame under way belongs to; undefined when its bytes are dropped. */
  dataStream: Http2Stream | undefined;
  block: FieldBlock | undefined;
  events: Http2Event[] = [];
  now = 0;
  prefaceLeft: number;
  settingsReceived = false;
  /** SETTINGS of ours that wait for their acknowledgement. */
  settingsPending = 0;
  lastRemoteId = 0;
  nextLocalId: number;
  /** The last stream of the peer's that we process, once we have said so. */
  goAwaySent = 0x7fffffff;
  goAwayReceived = 0x7fffffff;
  closing = false;
  dead = false;

  constructor(options: Http2Options) {
    const { limits, ...given } = options;
    const full = {
      highWaterMark: 65_536,
      connectionBudget: 16_777_216,
      adaptiveWindow: true,
      maxWindow: 8_388_608,
      maxConcurrentStreams: 128,
      maxFrameSize: 16_384,
      maxHeaderBytes: 16_384,
      maxHeaderCount: 128,
      maxTrailerBytes: 8192,
      maxInformational: 16,
      headerTableSize: 4096,
      enableConnectProtocol: false,
      ...given,
    };
    full.connectionBudget = Math.max(65_535, full.connectionBudget);
    const fitting = Math.floor(full.connectionBudget / Math.max(1, full.highWaterMark));
    full.maxConcurrentStreams = Math.min(full.maxConcurrentStreams, Math.max(1, fitting));
    this.options = full;
    this.limits = { ...ABUSE_LIMITS, ...limits };
    this.server = full.role === 'server';
    this.prefaceLeft = this.server ? 24 : 0;
    this.nextLocalId = this.server ? 2 : 1;
    this.reader = new FrameReader(full.maxFrameSize);
    this.flow = new FlowControl(full);
    this.adaptive = full.adaptiveWindow ? new AdaptiveWindow(this.flow) : undefined;
    this.buckets = new TokenBuckets(this.limits);
  }

  open(id: number, method: string): Http2Stream {
    const stream: Http2Stream = {
      id,
      state: 'idle',
      send: new SendWindow(this.peer.initialWindowSize),
      receive: this.flow.open(),
      contentLength: -1,
      received: 0,
      headReceived: false,
      headSent: false,
      method,
      informational: 0,
      discarding: false,
      resetAtEnd: false,
    };
    this.streams.set(id, stream);
    this.byWindow.set(stream.receive, stream);
    this.move(stream, 'headers');
    return stream;
  }

  move(stream: Http2Stream, event: StreamEvent): void {
    stream.state = STREAM_STATES[stream.state][event] ?? stream.state;
    if (stream.state === 'closed') this.forget(stream, 'ended');
    else if (event === 'send END_STREAM' && stream.resetAtEnd) this.reset(stream, ErrorCode.NO_ERROR);
  }

  /** Takes a stream off the books. What is unread of it stays charged, unless we gave it up. */
  forget(stream: Http2Stream, how: Closing): void {
    const { id, receive } = stream;
    stream.state = 'closed';
    this.streams.delete(id);
    this.byWindow.delete(receive);
    this.flow.close(receive);
    this.remember(id, how);
    if (how === 'local') this.release(stream);
    else if (receive.unread > 0) this.lingering.set(id, receive.unread);
  }

  remember(id: number, how: Closing): void {
    this.closed.set(id, how);
    if (this.closed.size > REMEMBERED)
      for (const oldest of this.closed.keys()) {
        this.closed.delete(oldest);
        break;
      }
  }

  /** What is unread of a stream goes back to the connection. */
  release(stream: Http2Stream): void {
    this.flow.consume(stream.receive, stream.receive.unread);
    this.creditConnection();
  }

  reset(stream: Http2Stream, errorCode: number): void {
    this.main.rstStream(stream.id, errorCode);
    this.forget(stream, 'local');
  }

  /** RFC 9113 section 5.4.2: ends one stream for what the peer did wrong on it. */
  streamError(streamId: number, errorCode: number, message: string): void {
    this.buckets.take('resetsProvoked', this.now);
    const stream = this.streams.get(streamId);
    const remoteEnded = stream?.state === 'half-closed (remote)';
    if (stream !== undefined) this.reset(stream, errorCode);
    else {
      this.main.rstStream(streamId, errorCode);
      this.remember(streamId, 'local');
    }
    const error = new ProtocolError(message, { protocol: 'h2', errorCode, scope: 'stream' });
    this.events.push({
      type: 'reset',
      streamId,
      errorCode,
      remote: false,
      retry: false,
      remoteEnded,
      error,
    });
  }

  /** The peer ended a stream: its reset, or its GOAWAY. */
  remoteReset(stream: Http2Stream, errorCode: number): void {
    const remoteEnded = stream.state === 'half-closed (remote)';
    this.forget(stream, 'remote');
    this.events.push({
      type: 'reset',
      streamId: stream.id,
      errorCode,
      remote: true,
      retry: errorCode === ErrorCode.REFUSED_STREAM,
      remoteEnded,
      error: undefined,
    });
  }

  creditStream(stream: Http2Stream): void {
    if (stream.discarding || (stream.state !== 'open' && stream.state !== 'half-closed (local)')) return;
    const credit = this.flow.streamCredit(stream.receive);
    if (credit > 0) this.control.windowUpdate(stream.id, credit);
  }

  creditConnection(): void {
    const credit = this.flow.connectionCredit();
    if (credit > 0) this.control.windowUpdate(0, credit);
  }

  /** Whether a stream identifier was never used yet: RFC 9113 section 5.1, idle. */
  idle(streamId: number): boolean {
    const remote = streamId % 2 === (this.server ? 1 : 0);
    return remote ? streamId > this.lastRemoteId : streamId >= this.nextLocalId;
  }
}
