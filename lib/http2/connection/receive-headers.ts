import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import type { Header } from '../header.ts';
import { fieldRules } from '../messages/field-rules.ts';
import { priorityOf } from '../messages/priority-of.ts';
import { requestHead } from '../messages/request-head.ts';
import { responseHead } from '../messages/response-head.ts';
import { streamError } from '../stream-error.ts';
import type { ConnectionCore } from './connection-core.ts';
import type { FieldBlock } from './field-block.ts';
import type { Http2Event } from './http2-event.ts';
import type { Http2Stream } from './http2-stream.ts';
import { lateFrame } from './late-frame.ts';

/** What a field section brings, or what is malformed in it. */
type Read = Http2Event | string;

function readTrailers({ id }: Http2Stream, fields: Header[], endStream: boolean): Read {
  const section = fieldRules(fields, []);
  if (typeof section === 'string') return section;
  return endStream
    ? { type: 'trailers', streamId: id, headers: section.headers }
    : 'Trailers without END_STREAM';
}

function readRequest(core: ConnectionCore, streamId: number, fields: Header[], endStream: boolean): Read {
  const head = requestHead(fields, core.options.enableConnectProtocol);
  if (typeof head === 'string') return head;
  const stream = core.open(streamId, head.method);
  stream.headReceived = true;
  stream.contentLength = head.contentLength ?? -1;
  const priority = priorityOf(head.headers.find(([name]) => name === 'priority')?.[1]);
  return { type: 'request', streamId, endStream, priority, ...head };
}

function readResponse(core: ConnectionCore, stream: Http2Stream, fields: Header[], endStream: boolean): Read {
  const head = responseHead(fields);
  if (typeof head === 'string') return head;
  const { status } = head;
  if (status < 200)
    return endStream || ++stream.informational > core.options.maxInformational
      ? 'Informational response too many, or with END_STREAM'
      : { type: 'informational', streamId: stream.id, ...head };
  stream.headReceived = true;
  // RFC 9110 section 6.4.1: these have no content, whatever their content-length says.
  const none = stream.method === 'HEAD' || status === 204 || status === 304;
  const tunnel = stream.method === 'CONNECT' && status < 300;
  stream.contentLength = none ? 0 : tunnel ? -1 : (head.contentLength ?? -1);
  return { type: 'response', streamId: stream.id, endStream, ...head };
}

/** A request's header list over our limit is answered 431 (RFC 6585 section 5). */
function refuseList(core: ConnectionCore, { streamId, endStream }: FieldBlock): void {
  core.charge('resetsProvoked');
  const fields: Header[] = [
    [':status', '431'],
    ['content-length', '0'],
  ];
  core.main.headers(streamId, core.encoder.encode(fields), true, core.peer.maxFrameSize);
  if (endStream) core.remember(streamId, 'ended');
  else core.reset(streamId, ErrorCode.NO_ERROR);
}

/** A whole field block (RFC 9113 section 4.3). It is decoded whatever becomes of it: HPACK has one state for all streams. */
export function receiveBlock(core: ConnectionCore, block: FieldBlock): void {
  const { streamId, endStream } = block;
  const { options } = core;
  const stream = core.streams.get(streamId);
  const trailers = stream?.headReceived === true;
  const { fields, overflow } = core.decoder.decode(block.content, {
    maxBytes: trailers ? options.maxTrailerBytes : options.maxHeaderBytes,
    maxCount: options.maxHeaderCount,
    hardBytes: 4 * options.maxHeaderBytes,
  });
  if (stream === undefined) {
    const idle = core.idle(streamId);
    // Section 5.1.1: one that is not the peer's to open, or that it has passed over.
    if (idle ? !core.server || streamId % 2 === 0 : core.server && !core.closed.has(streamId))
      throw connectionError(ErrorCode.PROTOCOL_ERROR, `HEADERS cannot open stream ${streamId}`);
    if (!idle) {
      lateFrame(core, streamId, true);
      return;
    }
    core.lastRemoteId = streamId;
    if (streamId > core.goAwaySent) return;
  }
  if (stream?.state === 'half-closed (remote)')
    throw streamError(ErrorCode.STREAM_CLOSED, 'Frame after END_STREAM');
  if (block.selfDependent) throw streamError(ErrorCode.PROTOCOL_ERROR, 'Stream depends on itself');
  if (stream === undefined && core.streams.size >= options.maxConcurrentStreams)
    throw streamError(ErrorCode.REFUSED_STREAM, 'Too many streams');
  if (overflow) {
    if (stream === undefined) {
      refuseList(core, block);
      return;
    }
    throw streamError(ErrorCode.ENHANCE_YOUR_CALM, 'Field section is over maxHeaderBytes');
  }
  const read =
    stream === undefined
      ? readRequest(core, streamId, fields, endStream)
      : trailers
        ? readTrailers(stream, fields, endStream)
        : readResponse(core, stream, fields, endStream);
  if (typeof read === 'string') throw streamError(ErrorCode.PROTOCOL_ERROR, read);
  const opened = core.streams.get(streamId);
  if (opened === undefined) return;
  // Section 8.1.1: the length of the body is the declared one.
  if (endStream && opened.contentLength >= 0 && opened.received !== opened.contentLength)
    throw streamError(ErrorCode.PROTOCOL_ERROR, 'Body is not as long as declared');
  if (!opened.discarding) core.events.push(read);
  if (endStream) core.move(opened, 'receive END_STREAM');
}
