import type { ConnectionCore } from './connection-core.ts';
import type { Http2Stream } from './http2-stream.ts';

/** Bytes that an honest peer reads before it gives credit. Precedent: Go x/net/http2 4 KiB, earlier any read. */
const READ = 512;

/** See `Http2Connection.sendData`. */
export function sendData(
  core: ConnectionCore,
  stream: Http2Stream,
  bytes: Uint8Array,
  endStream: boolean,
): number {
  if (!stream.headSent) throw new TypeError('Cannot send DATA: the head was not sent');
  const { send, main } = core;
  const { maxFrameSize } = core.peer;
  const size = Math.min(bytes.byteLength, core.sendable(stream));
  const ends = endStream && size === bytes.byteLength;
  if (size === 0 && !ends) return 0;
  let at = 0;
  let frames = 0;
  do {
    const end = Math.min(size, at + maxFrameSize);
    // A view costs more than all the rest of a small chunk.
    const part = end - at === bytes.byteLength ? bytes : bytes.subarray(at, end);
    if (main.data(stream.id, part, ends && end === size, maxFrameSize)) frames++;
    at = end;
  } while (at < size);
  // Both windows are credited, and a read may end where a frame does.
  core.charge('windowUpdates', -2 * (frames + size / READ));
  core.charge('pings', -frames);
  stream.send.available -= size;
  send.available -= size;
  if (ends) core.move(stream, 'send END_STREAM');
  return size;
}
