import type { ConnectionCore } from './connection-core.ts';

/** See `Http2Connection.consumed`. */
export function consume(core: ConnectionCore, streamId: number, bytes: number): void {
  const stream = core.streams.get(streamId);
  const unread = stream?.receive.unread ?? core.lingering.get(streamId) ?? 0;
  if (stream?.discarding === true || (stream === undefined && unread === 0)) return;
  if (!(bytes >= 0 && bytes <= unread))
    throw new RangeError(`Cannot consume bytes as they must be unread (${unread}): received ${bytes}`);
  core.flow.consume(stream?.receive, bytes);
  if (stream !== undefined) core.creditStream(stream);
  else if (bytes === unread) core.lingering.delete(streamId);
  else core.lingering.set(streamId, unread - bytes);
  core.creditConnection();
}
