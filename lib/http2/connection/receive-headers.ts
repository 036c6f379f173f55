import { concat } from '../../bytes/concat.ts';
import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import type { Header } from '../header.ts';
import { fieldRules } from '../messages/field-rules.ts';
import { priorityOf } from '../messages/priority-of.ts';
import { requestHead } from '../messages/request-head.ts';
import { responseHead } from '../messages/response-head.ts';
import type { ConnectionCore, FieldBlock } from './connection-core.ts';
import type { Http2Stream } from './http2-stream.ts';

/** The length of the body must be the declared one (RFC 9113 section 8.1.1). */
function lengthWrong(stream: Http2Stream, endStream: boolean): boolean {
  return endStream && stream.contentLength >= 0 && stream.received !== stream.contentLength;
}

function receiveTrailers(
  core: ConnectionCore,
  stream: Http2Stream,
  fields: Header[],
  endStream: boolean,
): string | undefined {
  const section = fieldRules(fields, []);
  if (typeof section === 'string') return section;
  if (!endStream) return 'Trailers without END_STREAM';
  if (lengthWrong(stream, true)) return 'Body is shorter than declared';
  if (!stream.discarding)
    core.events.push({ type: 'trailers', streamId: stream.id, headers: section.headers });
  core.move(stream, 'receive END_STREAM');
  return undefined;
}

function receiveRequest(
  core: ConnectionCore,
  streamId: number,
  fields: Header[],
  endStream: boolean,
): string | undefined {
  const head = requestHead(fields, core.options.enableConnectProtocol);
  if (typeof head === 'string') return head;
  if (endStream && (head.contentLength ?? 0) > 0) return 'Body is shorter than declared';
  const stream = core.open(streamId, head.method);
  stream.headReceived = true;
  stream.contentLength = head.contentLength ?? -1;
  const priority = priorityOf(head.headers.find(([name]) => name === 'priority')?.[1]);
  core.events.push({ type: 'request', streamId, endStream, priority, ...head });
  if (endStream) core.move(stream, 'receive END_STREAM');
  return undefined;
}

function receiveResponse(
  core: ConnectionCore,
  stream: Http2Stream,
  fields: Header[],
  endStream: boolean,
): string | undefined {
  const head = responseHead(fields);
  if (typeof head === 'string') return head;
  const streamId = stream.id;
  if (head.status < 200) {
    if (endStream) return 'Informational response with END_STREAM';
    if (++stream.informational > core.options.maxInformational) return 'Too many informational responses';
    core.events.push({ type: 'informational', streamId, ...head });
    return undefined;
  }
  stream.headReceived = true;
  // RFC 9110 section 6.4.1: these have no content, whatever their content-length says.
  const none = stream.method === 'HEAD' || head.status === 204 || head.status === 304;
  const tunnel = stream.method === 'CONNECT' && head.status < 300;
  stream.contentLength = none ? 0 : tunnel ? -1 : (head.contentLength ?? -1);
  if (lengthWrong(stream, endStream)) return 'Body is shorter than declared';
  core.events.push({ type: 'response', streamId, endStream, ...head });
  if (endStream) core.move(stream, 'receive END_STREAM');
  return undefined;
}

/** A header list over our limit: a server answers 431 (RFC 6585 section 5), a client gives the stream up. */
function refuseList(core: ConnectionCore, block: FieldBlock, stream: Http2Stream | undefined): void {
  const { streamId, endStream } = block;
  if (!core.server || stream !== undefined) {
    core.streamError(streamId, ErrorCode.ENHANCE_YOUR_CALM, 'Header list is over the limit');
    return;
  }
  core.buckets.take('resetsProvoked', core.now);
  const fields: Header[] = [
    [':status', '431'],
    ['content-length', '0'],
  ];
  core.main.headers(streamId, core.encoder.encode(fields), true, core.peer.maxFrameSize);
  if (!endStream) core.main.rstStream(streamId, ErrorCode.NO_ERROR);
  core.remember(streamId, endStream ? 'ended' : 'local');
}

/** A whole field block (RFC 9113 section 4.3). It is decoded whatever becomes of it: HPACK has one state for all streams. */
export function receiveBlock(core: ConnectionCore, block: FieldBlock): void {
  const { streamId, endStream } = block;
  const { options } = core;
  const stream = core.streams.get(streamId);
  const trailers = stream?.headReceived === true;
  const [first] = block.fragments;
  const { fields, overflow } = core.decoder.decode(
    block.fragments.length === 1 && first !== undefined ? first : concat(block.fragments, block.bytes),
    {
      maxBytes: trailers ? options.maxTrailerBytes : options.maxHeaderBytes,
      maxCount: options.maxHeaderCount,
      hardBytes: 4 * options.maxHeaderBytes,
    },
  );
  const idle = core.idle(streamId);
  const fail = (code: number, message: string): void => core.streamError(streamId, code, message);
  if (idle) {
    if (!core.server || streamId % 2 === 0)
      throw connectionError(ErrorCode.PROTOCOL_ERROR, `HEADERS cannot open stream ${streamId}`);
    core.lastRemoteId = streamId;
    if (streamId > core.goAwaySent) return;
  } else if (stream === undefined) {
    const how = core.closed.get(streamId);
    if (how === 'local' || streamId > core.goAwaySent) core.buckets.take('noise', core.now);
    else if (how === 'ended') throw connectionError(ErrorCode.STREAM_CLOSED, 'HEADERS on a closed stream');
    else if (how === 'remote') fail(ErrorCode.STREAM_CLOSED, 'HEADERS on a closed stream');
    else if (core.server) throw connectionError(ErrorCode.PROTOCOL_ERROR, 'HEADERS on an old stream');
    return;
  }
  if (stream?.state === 'half-closed (remote)') {
    fail(ErrorCode.STREAM_CLOSED, 'HEADERS after END_STREAM');
    return;
  }
  if (block.selfDependent) {
    fail(ErrorCode.PROTOCOL_ERROR, 'Stream depends on itself');
    return;
  }
  if (stream === undefined && core.streams.size >= options.maxConcurrentStreams) {
    fail(ErrorCode.REFUSED_STREAM, 'Too many streams');
    return;
  }
  if (overflow) {
    refuseList(core, block, stream);
    return;
  }
  const wrong =
    stream === undefined
      ? receiveRequest(core, streamId, fields, endStream)
      : trailers
        ? receiveTrailers(core, stream, fields, endStream)
        : receiveResponse(core, stream, fields, endStream);
  if (wrong !== undefined) fail(ErrorCode.PROTOCOL_ERROR, wrong);
}
