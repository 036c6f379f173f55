import type { ConnectionCore } from './connection-core.ts';
import type { Http2Stream } from './http2-stream.ts';

/** See `Http2Connection.sendData`. */
export function sendData(
  core: ConnectionCore,
  stream: Http2Stream,
  bytes: Uint8Array,
  endStream: boolean,
): number {
  if (!stream.headSent) throw new TypeError('Cannot send DATA: the head was not sent');
  const { send } = core;
  const size = Math.min(bytes.byteLength, core.sendable(stream));
  const ends = endStream && size === bytes.byteLength;
  if (size === 0 && !ends) return 0;
  let at = 0;
  do {
    const end = Math.min(size, at + core.peer.maxFrameSize);
    core.main.data(stream.id, bytes.subarray(at, end), ends && end === size, core.peer.maxFrameSize);
    core.charge('windowUpdates', -3);
    at = end;
  } while (at < size);
  stream.send.available -= size;
  send.available -= size;
  if (ends) core.move(stream, 'send END_STREAM');
  return size;
}
