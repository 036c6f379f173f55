import { cannot } from '../../errors/cannot.ts';
import type { ConnectionCore } from './connection-core.ts';

/** See `Http2Connection.consumed`. */
export function consume(core: ConnectionCore, streamId: number, bytes: number): void {
  const stream = core.streams.get(streamId);
  const window = stream?.receive ?? core.lingering.get(streamId);
  if (window === undefined || stream?.discarding === true) return;
  const { unread } = window;
  if (!(bytes >= 0 && bytes <= unread))
    throw cannot('consume', `bytes must be unread (${unread})`, bytes, RangeError);
  core.consume(window, bytes, stream);
  // Of a stream that is gone, at the last of it.
  if (bytes === unread) core.lingering.delete(streamId);
}
