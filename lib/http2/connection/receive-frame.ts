import { concat } from '../../bytes/concat.ts';
import { ProtocolError } from '../../errors/protocol-error.ts';
import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from '../frames/flag.ts';
import type { Frame } from '../frames/frame.ts';
import { FrameType } from '../frames/frame-type.ts';
import { readUint32 } from '../frames/read-uint32.ts';
import { stripPadding } from '../frames/strip-padding.ts';
import { latin1 } from '../latin1.ts';
import { priorityOf } from '../messages/priority-of.ts';
import { streamError } from '../stream-error.ts';
import type { ConnectionCore } from './connection-core.ts';
import type { FieldBlock } from './field-block.ts';
import { OwnPing } from './own-ping.ts';
import { receiveData } from './receive-data.ts';
import { receiveBlock } from './receive-headers.ts';
import { shutdownSeen } from './shutdown-seen.ts';

const OVER = 'Window passes 2^31-1';

type Receive = (core: ConnectionCore, frame: Frame) => void;

function protocolError(message: string): never {
  throw connectionError(ErrorCode.PROTOCOL_ERROR, message);
}

/** A debug text or priority of the peer's, cut off where it stops being one. */
function text(bytes: Uint8Array): string {
  return latin1(bytes.subarray(0, 1024));
}

/** A field block goes on, or is whole. */
function receiveFragment(core: ConnectionCore, block: FieldBlock, flags: number): void {
  if (block.content.byteLength > 4 * core.options.maxHeaderBytes)
    throw connectionError(ErrorCode.ENHANCE_YOUR_CALM, 'Field section is far over maxHeaderBytes');
  const end = (flags & Flag.END_HEADERS) !== 0;
  core.block = end ? undefined : block;
  if (end) receiveBlock(core, block);
}

const headers: Receive = (core, { flags, streamId, payload }) => {
  const fixed = (flags & Flag.PRIORITY) === 0 ? 0 : 5;
  const content = stripPadding(payload, flags, fixed);
  const fragment = content.subarray(fixed);
  const block: FieldBlock = {
    streamId,
    endStream: (flags & Flag.END_STREAM) !== 0,
    selfDependent: fixed > 0 && (readUint32(content, 0) & 0x7fffffff) === streamId,
    // Views of the input do not outlive receive(): what waits for CONTINUATION is copied.
    content: (flags & Flag.END_HEADERS) !== 0 ? fragment : fragment.slice(),
    continuations: 0,
  };
  receiveFragment(core, block, flags);
};

const continuation: Receive = (core, { flags, payload }) => {
  const { block } = core;
  if (block === undefined) return;
  if (++block.continuations > core.options.limits.continuations)
    throw connectionError(ErrorCode.ENHANCE_YOUR_CALM, 'Limit continuations passed');
  block.content = concat([block.content, payload]);
  receiveFragment(core, block, flags);
};

const priority: Receive = (core, { streamId, payload }) => {
  core.charge('priorities');
  // RFC 9113 section 6.3: a stream error; and RFC 7540 section 5.3.1.
  if (payload.byteLength !== 5) throw streamError(ErrorCode.FRAME_SIZE_ERROR, 'PRIORITY of a wrong size');
  if ((readUint32(payload, 0) & 0x7fffffff) === streamId)
    throw streamError(ErrorCode.PROTOCOL_ERROR, 'Stream depends on itself');
};

const rstStream: Receive = (core, { streamId, payload }) => {
  core.assertUsed(streamId);
  const stream = core.streams.get(streamId);
  // A client is reset as often as it asks; only resets that meet nothing are noise to it.
  if (stream === undefined) core.charge('noise');
  else {
    if (core.server) core.charge('resetsByPeer');
    core.remoteReset(stream, readUint32(payload, 0));
  }
};

const settings: Receive = (core, { flags, payload }) => {
  core.charge('settings');
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
    if (!send.add(change)) throw connectionError(ErrorCode.FLOW_CONTROL_ERROR, OVER);
    if (shut && send.available > 0) opened.push(id);
  }
  // Behind what was written under the old settings (RFC 9113 section 6.5.3).
  core.main.settingsAck();
  core.events.push({ type: 'settings', settings: { ...peer } });
  for (const streamId of opened) core.events.push({ type: 'window', streamId });
};

const ping: Receive = (core, { flags, payload }) => {
  core.charge('pings');
  if ((flags & Flag.ACK) === 0) {
    core.control.ping(payload, true);
    return;
  }
  const kind = OwnPing.kindOf(payload);
  if (kind === 0) core.events.push({ type: 'pong', opaque: payload.slice() });
  else if (kind === OwnPing.SHUTDOWN) shutdownSeen(core);
  else if (core.adaptive?.acknowledged(core.now) === true)
    for (const stream of core.streams.values()) core.creditStream(stream);
};

const goAway: Receive = (core, { payload }) => {
  const lastStreamId = readUint32(payload, 0) & 0x7fffffff;
  if (lastStreamId > core.goAwayReceived) protocolError('GOAWAY cannot rise');
  core.goAwayReceived = lastStreamId;
  // RFC 9113 section 6.8: ours above it were not processed, and may be tried again.
  for (const stream of [...core.streams.values()])
    if (!core.server && stream.id > lastStreamId) core.remoteReset(stream, ErrorCode.REFUSED_STREAM);
  core.events.push({
    type: 'goaway',
    lastStreamId,
    errorCode: readUint32(payload, 4),
    debug: text(payload.subarray(8)),
  });
};

const windowUpdate: Receive = (core, { streamId, payload }) => {
  const increment = readUint32(payload, 0) & 0x7fffffff;
  core.charge('windowUpdates');
  core.assertUsed(streamId);
  const stream = core.streams.get(streamId);
  if (streamId !== 0 && stream === undefined) return;
  const window = stream?.send ?? core.send;
  const shut = window.available <= 0;
  const error = stream === undefined ? connectionError : streamError;
  if (increment === 0) throw error(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE of 0');
  if (!window.add(increment)) throw error(ErrorCode.FLOW_CONTROL_ERROR, OVER);
  if (shut && window.available > 0) core.events.push({ type: 'window', streamId });
};

const priorityUpdate: Receive = (core, { payload }) => {
  core.charge('priorities');
  const streamId = readUint32(payload, 0) & 0x7fffffff;
  // RFC 9218 section 7.1.
  if (!core.server || streamId === 0) protocolError('PRIORITY_UPDATE cannot be here');
  if (core.streams.has(streamId))
    core.events.push({ type: 'priority', streamId, ...priorityOf(text(payload.subarray(4))) });
};

const RECEIVERS: readonly (Receive | undefined)[] = [
  receiveData,
  headers,
  priority,
  rstStream,
  settings,
  // RFC 9113 section 8.4: a client cannot push, and we tell servers that they must not.
  () => protocolError('PUSH_PROMISE cannot be here'),
  ping,
  goAway,
  windowUpdate,
  continuation,
];

/** One frame, by its type; an error of one stream ends that stream. @throws {ProtocolError} `ERR_PROTOCOL`, scope connection. */
export function receiveFrame(core: ConnectionCore, frame: Frame): void {
  const { type, flags, streamId } = frame;
  // RFC 9113 section 3.4: SETTINGS comes first.
  if (!core.settingsReceived) {
    if (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0) protocolError('SETTINGS is missing');
    core.settingsReceived = true;
  }
  const { block } = core;
  const continues = type === FrameType.CONTINUATION;
  if (block === undefined ? continues : !continues || streamId !== block.streamId)
    protocolError('CONTINUATION is missing or misplaced');
  const receive = type === FrameType.PRIORITY_UPDATE ? priorityUpdate : RECEIVERS[type];
  if (receive === undefined) core.charge('noise');
  else
    try {
      receive(core, frame);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope !== 'stream') throw error;
      core.streamError(streamId, error);
    }
}
