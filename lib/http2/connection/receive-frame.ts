import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from '../frames/flag.ts';
import type { Frame } from '../frames/frame.ts';
import { FrameType } from '../frames/frame-type.ts';
import { readUint32 } from '../frames/read-uint32.ts';
import { stripPadding } from '../frames/strip-padding.ts';
import { priorityOf } from '../messages/priority-of.ts';
import { BDP_PING } from './bdp-ping.ts';
import type { ConnectionCore, FieldBlock } from './connection-core.ts';
import { receiveData } from './receive-data.ts';
import { receiveBlock } from './receive-headers.ts';

type Receive = (core: ConnectionCore, frame: Frame) => void;

function protocolError(message: string): never {
  throw connectionError(ErrorCode.PROTOCOL_ERROR, message);
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes.subarray(0, 1024) as unknown as number[]);
}

function addFragment(core: ConnectionCore, block: FieldBlock, fragment: Uint8Array, end: boolean): void {
  block.bytes += fragment.byteLength;
  if (block.bytes > 4 * core.options.maxHeaderBytes)
    throw connectionError(ErrorCode.ENHANCE_YOUR_CALM, 'Field block is over maxHeaderBytes by far');
  // Views of the input do not outlive receive(): what waits for CONTINUATION is copied.
  block.fragments.push(end ? fragment : fragment.slice());
  core.block = end ? undefined : block;
  if (end) receiveBlock(core, block);
}

const headers: Receive = (core, { flags, streamId, payload }) => {
  const prioritised = (flags & Flag.PRIORITY) !== 0;
  const content = stripPadding(payload, flags, prioritised ? 5 : 0);
  const block: FieldBlock = {
    streamId,
    endStream: (flags & Flag.END_STREAM) !== 0,
    selfDependent: prioritised && (readUint32(content, 0) & 0x7fffffff) === streamId,
    fragments: [],
    bytes: 0,
    continuations: 0,
  };
  addFragment(core, block, prioritised ? content.subarray(5) : content, (flags & Flag.END_HEADERS) !== 0);
};

const continuation: Receive = (core, { flags, payload }) => {
  const block = core.block ?? protocolError('CONTINUATION without HEADERS');
  if (++block.continuations > core.limits.continuations)
    throw connectionError(ErrorCode.ENHANCE_YOUR_CALM, 'Limit continuations passed');
  addFragment(core, block, payload, (flags & Flag.END_HEADERS) !== 0);
};

const priority: Receive = (core, { streamId, payload }) => {
  core.buckets.take('priorities', core.now);
  // RFC 9113 section 6.3: a stream error; and RFC 7540 section 5.3.1.
  const size = payload.byteLength !== 5;
  if (size || (readUint32(payload, 0) & 0x7fffffff) === streamId)
    core.streamError(
      streamId,
      size ? ErrorCode.FRAME_SIZE_ERROR : ErrorCode.PROTOCOL_ERROR,
      size ? 'PRIORITY of a wrong size' : 'Stream depends on itself',
    );
};

const rstStream: Receive = (core, { streamId, payload }) => {
  if (core.idle(streamId)) protocolError(`RST_STREAM on idle stream ${streamId}`);
  const stream = core.streams.get(streamId);
  // A client is reset as often as it asks; only resets that meet nothing are noise to it.
  core.buckets.take(core.server && stream !== undefined ? 'resetsByPeer' : 'noise', core.now);
  if (stream === undefined) return;
  if (!core.server) core.buckets.refund('noise', 1);
  core.remoteReset(stream, readUint32(payload, 0));
};

const settings: Receive = (core, { flags, payload }) => {
  core.buckets.take('settings', core.now);
  if ((flags & Flag.ACK) !== 0) {
    if (core.settingsPending === 0) return;
    core.settingsPending--;
    core.flow.acknowledge();
    core.decoder.setMaxTableSize(core.options.headerTableSize);
    core.events.push({ type: 'settingsAck' });
    return;
  }
  const { peer } = core;
  const window = peer.initialWindowSize;
  peer.apply(payload, !core.server);
  core.encoder.setMaxTableSize(peer.headerTableSize);
  const change = peer.initialWindowSize - window;
  const opened: number[] = [];
  for (const { id, send } of core.streams.values()) {
    const shut = send.available <= 0;
    if (!send.add(change))
      throw connectionError(ErrorCode.FLOW_CONTROL_ERROR, `Window of stream ${id} passes 2^31-1`);
    if (shut && send.available > 0) opened.push(id);
  }
  // Behind what was written under the old settings (RFC 9113 section 6.5.3).
  core.main.settingsAck();
  core.events.push({ type: 'settings', settings: { ...peer } });
  for (const streamId of opened) core.events.push({ type: 'window', streamId });
};

const ping: Receive = (core, { flags, payload }) => {
  core.buckets.take('pings', core.now);
  if ((flags & Flag.ACK) === 0) {
    core.control.ping(payload, true);
    return;
  }
  if (payload.every((byte, i) => byte === BDP_PING[i])) {
    for (const window of core.adaptive?.acknowledged(core.now) ?? []) {
      const stream = core.byWindow.get(window);
      if (stream !== undefined) core.creditStream(stream);
    }
  } else core.events.push({ type: 'pong', opaque: payload.slice() });
};

const goAway: Receive = (core, { payload }) => {
  const lastStreamId = readUint32(payload, 0) & 0x7fffffff;
  if (lastStreamId > core.goAwayReceived) protocolError('GOAWAY with a higher last stream');
  core.goAwayReceived = lastStreamId;
  // RFC 9113 section 6.8: ours above it were not processed, and may be tried again.
  for (const stream of [...core.streams.values()])
    if (!core.server && stream.id > lastStreamId) core.remoteReset(stream, ErrorCode.REFUSED_STREAM);
  core.events.push({
    type: 'goaway',
    lastStreamId,
    errorCode: readUint32(payload, 4),
    debug: ascii(payload.subarray(8)),
  });
};

const windowUpdate: Receive = (core, { streamId, payload }) => {
  const increment = readUint32(payload, 0) & 0x7fffffff;
  core.buckets.take('windowUpdates', core.now);
  if (streamId !== 0 && core.idle(streamId)) protocolError(`WINDOW_UPDATE on idle stream ${streamId}`);
  const stream = core.streams.get(streamId);
  if (streamId !== 0 && stream === undefined) return;
  const window = stream?.send ?? core.send;
  const shut = window.available <= 0;
  if (increment > 0 && window.add(increment)) {
    if (shut && window.available > 0) core.events.push({ type: 'window', streamId });
    return;
  }
  const code = increment === 0 ? ErrorCode.PROTOCOL_ERROR : ErrorCode.FLOW_CONTROL_ERROR;
  const message = increment === 0 ? 'WINDOW_UPDATE of 0' : 'Window passes 2^31-1';
  if (stream === undefined) throw connectionError(code, message);
  core.streamError(streamId, code, message);
};

const priorityUpdate: Receive = (core, { payload }) => {
  core.buckets.take('priorities', core.now);
  const streamId = readUint32(payload, 0) & 0x7fffffff;
  // RFC 9218 section 7.1.
  if (!core.server || streamId === 0) protocolError('PRIORITY_UPDATE cannot be here');
  if (core.streams.has(streamId))
    core.events.push({ type: 'priority', streamId, ...priorityOf(ascii(payload.subarray(4))) });
};

const RECEIVERS: readonly (Receive | undefined)[] = [
  receiveData,
  headers,
  priority,
  rstStream,
  settings,
  // RFC 9113 section 8.4: a client cannot push, and we tell servers that they must not.
  () => protocolError('PUSH_PROMISE where push is off'),
  ping,
  goAway,
  windowUpdate,
  continuation,
];

/** One frame, by its type. @throws {ProtocolError} `ERR_PROTOCOL`, scope connection. */
export function receiveFrame(core: ConnectionCore, frame: Frame): void {
  const { type, flags, streamId } = frame;
  // RFC 9113 section 3.4: SETTINGS comes first.
  if (!core.settingsReceived) {
    if (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0) protocolError('First frame is not SETTINGS');
    core.settingsReceived = true;
  }
  if (core.block !== undefined && (type !== FrameType.CONTINUATION || streamId !== core.block.streamId))
    protocolError('Frame between HEADERS and CONTINUATION');
  const receive = type === FrameType.PRIORITY_UPDATE ? priorityUpdate : RECEIVERS[type];
  if (receive === undefined) core.buckets.take('noise', core.now);
  else receive(core, frame);
}
