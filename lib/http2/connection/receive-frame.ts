import { concat } from '../../bytes/concat.ts';
import { latin1 } from '../../bytes/latin1.ts';
import { ProtocolError } from '../../errors/protocol-error.ts';
import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { failStream } from '../fail-stream.ts';
import * as Flag from '../frames/flag.ts';
import type { Frame } from '../frames/frame.ts';
import * as FrameType from '../frames/frame-type.ts';
import { readUint32 } from '../frames/read-uint32.ts';
import { priorityOf } from '../messages/priority-of.ts';
import type { ConnectionCore } from './connection-core.ts';
import { crossed } from './crossed.ts';
import type { FieldBlock } from './field-block.ts';
import * as OwnPing from './own-ping.ts';
import { receiveData } from './receive-data.ts';
import { receiveBlock } from './receive-headers.ts';
import { settleGoAway } from './settle-go-away.ts';

type Receive = (core: ConnectionCore, frame: Frame) => void;

/** A debug text or priority of the peer's, cut off where it stops being one. */
const text = (bytes: Uint8Array, at: number): string => latin1(bytes.subarray(at, at + 1024));

/** The stream that a payload begins with. */
const streamIn = (payload: Uint8Array): number => readUint32(payload, 0) & 0x7fffffff;

/** A field block goes on, or is whole. Views of the input do not outlive `receive`, so that it is copied. */
function append(core: ConnectionCore, block: FieldBlock, fragment: Uint8Array, flags: number): void {
  block.content = concat([block.content, fragment]);
  if (block.content.byteLength > 4 * core.options.maxHeaderBytes)
    fail('Field section is far over maxHeaderBytes', ErrorCode.ENHANCE_YOUR_CALM);
  const end = (flags & Flag.END_HEADERS) !== 0;
  core.block = end ? undefined : block;
  if (end) receiveBlock(core, block);
}

const headers: Receive = (core, { flags, streamId, payload }) => {
  const fixed = (flags & Flag.PRIORITY) === 0 ? 0 : 5;
  if (payload.byteLength < fixed) fail('Padding is too long');
  const block: FieldBlock = {
    streamId,
    endStream: (flags & Flag.END_STREAM) !== 0,
    selfDependent: fixed > 0 && streamIn(payload) === streamId,
    content: new Uint8Array(0),
    continuations: 0,
  };
  append(core, block, payload.subarray(fixed), flags);
};

const continuation: Receive = (core, { flags, payload }) => {
  const { block } = core;
  if (block === undefined) return;
  const { limits, maxHeaderBytes } = core.options;
  if (++block.continuations > limits.continuations + maxHeaderBytes / 16_384)
    fail('Limit continuations passed', ErrorCode.ENHANCE_YOUR_CALM);
  append(core, block, payload, flags);
};

const priority: Receive = (core, { streamId, payload }) => {
  core.charge('priorities');
  // RFC 9113 section 6.3: a stream error; and RFC 7540 section 5.3.1.
  if (payload.byteLength !== 5) failStream('PRIORITY of a wrong size', ErrorCode.FRAME_SIZE_ERROR);
  if (streamIn(payload) === streamId) failStream('Stream depends on itself');
};

const rstStream: Receive = (core, { streamId, payload }) => {
  core.assertUsed(streamId);
  const stream = core.streams.get(streamId);
  // A client is reset as often as it asks.
  if (stream === undefined) crossed(core, streamId);
  else {
    if (core.server) core.charge('resetsByPeer');
    core.lose(streamId, readUint32(payload, 0));
  }
};

const settings: Receive = (core, { flags, payload }) => {
  core.charge('settings');
  const { events, options, peer } = core;
  if ((flags & Flag.ACK) !== 0) {
    if (core.settingsPending === 0) return;
    core.settingsPending--;
    core.flow.acknowledge();
    core.decoder.setMaxTableSize(options.headerTableSize);
    events.push({ type: 'settingsAck' });
    return;
  }
  const { initialWindowSize: window, noRfc7540Priorities } = peer;
  // One by one: a table that shrinks and grows again has to be emptied (RFC 7541 section 4.2).
  for (let at = 0; at < payload.byteLength; at += 6) {
    peer.apply(payload.subarray(at, at + 6), !core.server);
    core.encoder.setMaxTableSize(peer.headerTableSize);
  }
  // RFC 9218 section 2.1.
  if (core.settingsReceived && peer.noRfc7540Priorities !== noRfc7540Priorities)
    fail('Setting 9 cannot change');
  core.settingsReceived = true;
  events.push({ type: 'settings', settings: { ...peer } });
  for (const { id, send } of core.streams.values())
    core.openWindow(id, send, peer.initialWindowSize - window, 'connection');
  // Behind what was written under the old settings (RFC 9113 section 6.5.3).
  core.main.settingsAck();
};

const ping: Receive = (core, { flags, payload }) => {
  core.charge('pings');
  if ((flags & Flag.ACK) === 0) {
    core.control.ping(payload, true);
    return;
  }
  const opaque = latin1(payload);
  if (opaque === OwnPing.BDP) {
    if (core.adaptive?.acknowledged(core.now) === true)
      for (const stream of core.streams.values()) core.credit(stream);
  } else if (opaque !== OwnPing.SHUTDOWN) core.events.push({ type: 'pong', opaque: payload.slice() });
  else settleGoAway(core);
};

const goAway: Receive = (core, { payload }) => {
  const lastStreamId = streamIn(payload);
  if (lastStreamId > core.goAwayReceived) fail('GOAWAY cannot rise');
  core.goAwayReceived = lastStreamId;
  // RFC 9113 section 6.8: ours above it were not processed, and may be tried again.
  for (const id of [...core.streams.keys()])
    if (!core.server && id > lastStreamId) core.lose(id, ErrorCode.REFUSED_STREAM);
  const errorCode = readUint32(payload, 4);
  core.events.push({ type: 'goaway', lastStreamId, errorCode, debug: text(payload, 8) });
};

const windowUpdate: Receive = (core, { streamId, payload }) => {
  core.charge('windowUpdates');
  core.assertUsed(streamId);
  const scope = streamId === 0 ? 'connection' : 'stream';
  const increment = streamIn(payload);
  if (increment === 0) fail('WINDOW_UPDATE of 0', ErrorCode.PROTOCOL_ERROR, scope);
  const window = streamId === 0 ? core.send : core.streams.get(streamId)?.send;
  if (window !== undefined) core.openWindow(streamId, window, increment, scope);
};

const priorityUpdate: Receive = (core, { payload }) => {
  core.charge('priorities');
  const { early, streams, options } = core;
  const streamId = streamIn(payload);
  const idle = core.idle(streamId);
  // RFC 9218 section 7.1. What is idle and even would be pushed by us.
  if (!core.server || streamId === 0 || (idle && streamId % 2 === 0)) fail('PRIORITY_UPDATE cannot be here');
  const priority = priorityOf(text(payload, 4));
  if (streams.has(streamId)) core.events.push({ type: 'priority', streamId, ...priority });
  if (!idle) return;
  early.set(streamId, priority);
  if (early.size + streams.size > options.maxConcurrentStreams) fail('PRIORITY_UPDATE of too many streams');
};

const RECEIVERS: Readonly<Record<number, Receive>> = {
  0: receiveData,
  1: headers,
  2: priority,
  3: rstStream,
  4: settings,
  // RFC 9113 section 8.4: a client cannot push, and we tell servers that they must not.
  5: () => fail('PUSH_PROMISE cannot be here'),
  6: ping,
  7: goAway,
  8: windowUpdate,
  9: continuation,
  16: priorityUpdate,
};

/** One frame, by its type; an error of one stream ends that stream. @throws {ProtocolError} `ERR_PROTOCOL`, scope connection. */
export function receiveFrame(core: ConnectionCore, frame: Frame): void {
  const { type, flags, streamId } = frame;
  // RFC 9113 section 3.4: SETTINGS comes first.
  if (!core.settingsReceived && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0))
    fail('SETTINGS is missing');
  if ((type === FrameType.CONTINUATION ? streamId : undefined) !== core.block?.streamId)
    fail('CONTINUATION is missing or misplaced');
  const receive = RECEIVERS[type];
  if (receive === undefined) core.charge('noise');
  else
    try {
      receive(core, frame);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope !== 'stream') throw error;
      core.charge('resetsProvoked');
      core.lose(streamId, error.errorCode ?? ErrorCode.PROTOCOL_ERROR, error);
    }
}
