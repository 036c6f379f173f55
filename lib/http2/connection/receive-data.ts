import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from '../frames/flag.ts';
import type { Frame } from '../frames/frame.ts';
import { BDP_PING } from './bdp-ping.ts';
import type { ConnectionCore } from './connection-core.ts';
import type { Http2Stream } from './http2-stream.ts';

/** The stream of a DATA frame, or undefined when the frame is to be dropped (RFC 9113 sections 5.1 and 6.1). */
function streamOf(core: ConnectionCore, frame: Frame): Http2Stream | undefined {
  const { streamId, length } = frame;
  if (core.idle(streamId)) throw connectionError(ErrorCode.PROTOCOL_ERROR, `DATA on idle stream ${streamId}`);
  const stream = core.streams.get(streamId);
  const how = core.closed.get(streamId);
  // What no stream was charged with goes back to the connection here; the rest when its stream goes.
  const drop = (): void => core.flow.consume(undefined, length);
  if (stream === undefined) {
    drop();
    if (how === 'ended') throw connectionError(ErrorCode.STREAM_CLOSED, 'DATA on a closed stream');
    if (how !== 'local' && streamId <= core.goAwaySent)
      core.streamError(streamId, ErrorCode.STREAM_CLOSED, 'DATA on a closed stream');
    else if (length === frame.padding) core.buckets.take('noise', core.now);
    return undefined;
  }
  const endStream = (frame.flags & Flag.END_STREAM) !== 0;
  const bytes = length - frame.padding;
  const fail = (code: number, message: string): undefined => {
    core.streamError(streamId, code, message);
    return undefined;
  };
  if (stream.state === 'half-closed (remote)') {
    drop();
    return fail(ErrorCode.STREAM_CLOSED, 'DATA after END_STREAM');
  }
  if (!core.flow.receiveStream(stream.receive, length)) {
    drop();
    return fail(ErrorCode.FLOW_CONTROL_ERROR, 'DATA over the stream window');
  }
  if (!stream.headReceived) return fail(ErrorCode.PROTOCOL_ERROR, 'DATA before HEADERS');
  stream.received += bytes;
  const { contentLength, received } = stream;
  if (contentLength >= 0 && (received > contentLength || (endStream && received < contentLength)))
    return fail(ErrorCode.PROTOCOL_ERROR, `Body of ${received} bytes where ${contentLength} were declared`);
  return stream;
}

/** DATA, or a piece of one (RFC 9113 section 6.1). Flow control charges the frame when its header comes. */
export function receiveData(core: ConnectionCore, frame: Frame): void {
  const endStream = (frame.flags & Flag.END_STREAM) !== 0;
  const { streamId, length, padding, payload } = frame;
  if (frame.first) {
    if (!core.flow.receiveConnection(length))
      throw connectionError(ErrorCode.FLOW_CONTROL_ERROR, 'DATA over the connection window');
    const stream = streamOf(core, frame);
    core.dataStream = stream;
    if (length > padding) core.buckets.refund('pings', 1);
    else if (!endStream) core.buckets.take('emptyData', core.now);
    if (stream === undefined) core.creditConnection();
    else if (stream.discarding) {
      core.flow.consume(stream.receive, length);
      core.creditConnection();
    } else {
      if (padding > 0) {
        core.flow.consume(stream.receive, padding);
        if (!endStream) core.creditStream(stream);
        core.creditConnection();
      }
      if (length > 0 && core.adaptive?.received(stream.receive, length, core.now) === true)
        core.control.ping(BDP_PING, false);
    }
  }
  const stream = core.dataStream;
  if (stream === undefined || stream.state === 'closed') return;
  const ended = frame.last && endStream;
  if (!stream.discarding && (payload.byteLength > 0 || ended))
    core.events.push({ type: 'data', streamId, data: payload, endStream: ended });
  if (ended) core.move(stream, 'receive END_STREAM');
}
