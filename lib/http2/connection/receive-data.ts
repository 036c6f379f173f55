import { utf8 } from '../../bytes/utf8.ts';
import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { failStream } from '../fail-stream.ts';
import * as Flag from '../frames/flag.ts';
import type { Frame } from '../frames/frame.ts';
import type { ConnectionCore } from './connection-core.ts';
import type { Http2Stream } from './http2-stream.ts';
import { lateFrame } from './late-frame.ts';
import * as OwnPing from './own-ping.ts';

/** The stream of a DATA frame, charged with it, or undefined when the frame is to be dropped (RFC 9113 sections 5.1 and 6.1). */
function streamOf(core: ConnectionCore, frame: Frame, endStream: boolean): Http2Stream | undefined {
  const { streamId, length, padding } = frame;
  const stream = core.streams.get(streamId);
  const ended = stream?.state === 'half-closed (remote)';
  if (stream === undefined || ended || !core.flow.receive(stream.receive, length)) {
    // What no stream was charged with goes back to the connection here; the rest when its stream goes.
    core.consume(undefined, length);
    if (stream !== undefined && !ended) failStream('DATA over its window', ErrorCode.FLOW_CONTROL_ERROR);
    lateFrame(core, streamId, length === padding, endStream);
    return undefined;
  }
  if (!stream.headReceived) failStream('DATA before HEADERS');
  stream.received += length - padding;
  core.assertLength(stream, endStream);
  return stream;
}

/** DATA, or a piece of one (RFC 9113 section 6.1). Flow control charges the frame when its header comes. */
export function receiveData(core: ConnectionCore, frame: Frame): void {
  const endStream = (frame.flags & Flag.END_STREAM) !== 0;
  const { streamId, length, padding, payload } = frame;
  if (frame.first) {
    core.dataStream = undefined;
    core.assertUsed(streamId);
    if (!core.flow.receive(core.flow.connection, length))
      fail('DATA over its window', ErrorCode.FLOW_CONTROL_ERROR);
    const stream = streamOf(core, frame, endStream);
    core.dataStream = stream;
    if (length > padding) core.charge('pings', -1);
    else if (!endStream) core.charge('emptyData');
    if (stream !== undefined) {
      const dropped = stream.discarding ? length : padding;
      core.consume(stream.receive, dropped, endStream ? undefined : stream);
      // A body that ends here, or that nobody reads, needs no larger window.
      const growing = length > 0 && !endStream && !stream.discarding;
      if (growing && core.adaptive?.received(stream.receive, length, core.now) === true)
        core.control.ping(utf8(OwnPing.BDP), false);
    }
  }
  const stream = core.dataStream;
  if (stream === undefined || stream.state === 'closed') return;
  const ended = frame.last && endStream;
  if (!stream.discarding && (payload.byteLength > 0 || ended))
    core.events.push({ type: 'data', streamId, data: payload, endStream: ended });
  if (ended) core.move(stream, 'receive END_STREAM');
}
