import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { failStream } from '../fail-stream.ts';
import type { Header } from '../header.ts';
import { fieldRules } from '../messages/field-rules.ts';
import { type Priority, priorityOf } from '../messages/priority-of.ts';
import { requestHead } from '../messages/request-head.ts';
import { responseHead } from '../messages/response-head.ts';
import type { ConnectionCore } from './connection-core.ts';
import type { FieldBlock } from './field-block.ts';
import type { Http2Event } from './http2-event.ts';
import type { Http2Stream } from './http2-stream.ts';
import { lateFrame } from './late-frame.ts';

/** What honest clients send with each request, however many those are. Precedent: Envoy. */
const PER_REQUEST = ['priorities', 'windowUpdates', 'noise'] as const;

function readTrailers({ id, tunnel }: Http2Stream, fields: Header[], endStream: boolean): Http2Event {
  if (!endStream || tunnel) failStream('Trailers without END_STREAM, or in a tunnel');
  return { type: 'trailers', streamId: id, headers: fieldRules(fields).headers };
}

function readResponse(
  core: ConnectionCore,
  stream: Http2Stream,
  fields: Header[],
  endStream: boolean,
): Http2Event {
  const head = responseHead(fields);
  const { status } = head;
  const { id: streamId, method } = stream;
  if (status < 200) {
    if (endStream || ++stream.informational > core.options.maxInformational)
      failStream('Informational response too many, or with END_STREAM');
    return { type: 'informational', streamId, ...head };
  }
  stream.headReceived = true;
  // RFC 9110 section 6.4.1: these have no content, whatever their content-length says.
  const none = method === 'HEAD' || status === 204 || status === 304;
  stream.tunnel = method === 'CONNECT' && status < 300;
  // RFC 9110 section 9.3.6: a tunnel's is ignored.
  const contentLength = stream.tunnel ? undefined : head.contentLength;
  stream.contentLength = none && !stream.tunnel ? 0 : contentLength;
  return { type: 'response', streamId, endStream, ...head, contentLength };
}

/** A request's header list over our limit is answered 431 (RFC 6585 section 5). */
function refuseList(core: ConnectionCore, { streamId, endStream }: FieldBlock): void {
  core.charge('resetsProvoked');
  core.sendFields(streamId, [[':status', '431']], true);
  if (endStream) core.remember(streamId, 'ended');
  else core.reset(streamId, ErrorCode.NO_ERROR);
}

/** A whole field block (RFC 9113 section 4.3). It is decoded whatever becomes of it: HPACK has one state for all streams. */
export function receiveBlock(core: ConnectionCore, block: FieldBlock): void {
  const { streamId, endStream } = block;
  const { options } = core;
  let stream = core.streams.get(streamId);
  let early: Priority | undefined;
  const trailers = stream?.headReceived === true;
  const { fields, overflow } = core.decoder.decode(block.content, {
    maxBytes: trailers ? options.maxTrailerBytes : options.maxHeaderBytes,
    maxCount: options.maxHeaderCount,
    hardBytes: 4 * options.maxHeaderBytes,
  });
  if (stream === undefined) {
    const idle = core.idle(streamId);
    // Section 5.1.1: one that is not the peer's to open, or that it has passed over.
    const passed = core.server && streamId <= core.goAwaySent && !core.closed.has(streamId);
    if (idle ? !core.server || streamId % 2 === 0 : passed) fail(`HEADERS cannot open stream ${streamId}`);
    if (idle) core.lastRemoteId = streamId;
    // Those it passes over are closed (section 5.1.1).
    early = core.early.get(streamId);
    for (const id of core.early.keys()) if (!core.idle(id)) core.early.delete(id);
    // An idle one is among the closed when its PRIORITY was wrong: it was reset then.
    if (core.closed.has(streamId) || !idle) {
      lateFrame(core, streamId, true, endStream);
      return;
    }
    if (streamId > core.goAwaySent) return;
  } else if (stream.state === 'half-closed (remote)') lateFrame(core, streamId, true, endStream);
  if (block.selfDependent) failStream('Stream depends on itself');
  if (stream === undefined && core.streams.size >= options.maxConcurrentStreams)
    failStream('Too many streams', ErrorCode.REFUSED_STREAM);
  if (overflow) {
    if (stream !== undefined) failStream('Field section is over maxHeaderBytes', ErrorCode.ENHANCE_YOUR_CALM);
    refuseList(core, block);
    return;
  }
  let event: Http2Event;
  if (stream === undefined) {
    const head = requestHead(fields, options.enableConnectProtocol);
    stream = core.open(streamId, head.method);
    for (const name of PER_REQUEST) core.charge(name, -2);
    stream.headReceived = true;
    stream.contentLength = head.contentLength;
    const priority = early ?? priorityOf(head.headers.find(([name]) => name === 'priority')?.[1]);
    event = { type: 'request', streamId, endStream, priority, ...head };
  } else if (trailers) event = readTrailers(stream, fields, endStream);
  else event = readResponse(core, stream, fields, endStream);
  if (endStream) core.assertLength(stream, true);
  if (!stream.discarding) core.events.push(event);
  if (endStream) core.move(stream, 'receive END_STREAM');
}
