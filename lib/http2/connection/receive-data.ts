import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from '../frames/flag.ts';
import type { Frame } from '../frames/frame.ts';
import { streamError } from '../stream-error.ts';
import type { ConnectionCore } from './connection-core.ts';
import type { Http2Stream } from './http2-stream.ts';
import { lateFrame } from './late-frame.ts';
import { OwnPing } from './own-ping.ts';

/** The stream of a DATA frame, charged with it, or undefined when the frame is to be dropped (RFC 9113 sections 5.1 and 6.1). */
function streamOf(core: ConnectionCore, frame: Frame): Http2Stream | undefined {
  const { streamId, length, padding } = frame;
  const stream = core.streams.get(streamId);
  const ended = stream?.state === 'half-closed (remote)';
  if (stream === undefined || ended || !core.flow.receiveStream(stream.receive, length)) {
    // What no stream was charged with goes back to the connection here; the rest when its stream goes.
    core.flow.consume(undefined, length);
    core.creditConnection();
    if (ended) throw streamError(ErrorCode.STREAM_CLOSED, 'Frame after END_STREAM');
    if (stream !== undefined) throw streamError(ErrorCode.FLOW_CONTROL_ERROR, 'DATA over its window');
    lateFrame(core, streamId, length === padding);
    return undefined;
  }
  if (!stream.headReceived) throw streamError(ErrorCode.PROTOCOL_ERROR, 'DATA before HEADERS');
  stream.received += length - padding;
  const { contentLength, received } = stream;
  const short = (frame.flags & Flag.END_STREAM) !== 0 && received < contentLength;
  if (contentLength >= 0 && (received > contentLength || short))
    throw streamError(ErrorCode.PROTOCOL_ERROR, 'Body is not as long as declared');
  return stream;
}

/** DATA, or a piece of one (RFC 9113 section 6.1). Flow control charges the frame when its header comes. */
export function receiveData(core: ConnectionCore, frame: Frame): void {
  const endStream = (frame.flags & Flag.END_STREAM) !== 0;
  const { streamId, length, padding, payload } = frame;
  if (frame.first) {
    core.dataStream = undefined;
    core.assertUsed(streamId);
    if (!core.flow.receiveConnection(length))
      throw connectionError(ErrorCode.FLOW_CONTROL_ERROR, 'DATA over its window');
    const stream = streamOf(core, frame);
    core.dataStream = stream;
    if (length > padding) core.buckets.refund('pings', 1);
    else if (!endStream) core.charge('emptyData');
    if (stream !== undefined) {
      core.flow.consume(stream.receive, stream.discarding ? length : padding);
      if (!endStream) core.creditStream(stream);
      core.creditConnection();
      // A body that ends here, or that nobody reads, needs no larger window.
      const growing = length > 0 && !endStream && !stream.discarding;
      if (growing && core.adaptive?.received(stream.receive, length, core.now) === true)
        core.control.ping(OwnPing.payload(OwnPing.BDP), false);
    }
  }
  const stream = core.dataStream;
  if (stream === undefined || stream.state === 'closed') return;
  const ended = frame.last && endStream;
  if (!stream.discarding && (payload.byteLength > 0 || ended))
    core.events.push({ type: 'data', streamId, data: payload, endStream: ended });
  if (ended) core.move(stream, 'receive END_STREAM');
}
