import type { ConnectionCore } from './connection-core.ts';

/** See `Http2Connection.consumed`. */
export function consume(core: ConnectionCore, streamId: number, bytes: number): void {
  const stream = core.streams.get(streamId);
  const window = stream?.receive ?? core.lingering.get(streamId);
  if (window === undefined || stream?.discarding === true) return;
  const { unread } = window;
  if (!(bytes >= 0 && bytes <= unread))
    throw new RangeError(`Cannot consume bytes as they must be unread (${unread}): received ${bytes}`);
  core.flow.consume(window, bytes);
  if (stream !== undefined) core.creditStream(stream);
  else if (bytes === unread) core.lingering.delete(streamId);
  core.creditConnection();
}
