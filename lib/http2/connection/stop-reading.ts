import * as ErrorCode from '../error-code.ts';
import type { ConnectionCore } from './connection-core.ts';
import { consume } from './consume.ts';

/** See `Http2Connection.stopReading`. */
export function stopReading(core: ConnectionCore, streamId: number): void {
  const stream = core.streams.get(streamId);
  if (stream === undefined) {
    consume(core, streamId, core.lingering.get(streamId)?.unread ?? 0);
    return;
  }
  if (stream.discarding) return;
  const receiving = stream.state !== 'half-closed (remote)';
  if (receiving && !core.server) core.reset(streamId, ErrorCode.CANCEL);
  else if (stream.state === 'half-closed (local)') core.reset(streamId, ErrorCode.NO_ERROR);
  else {
    core.consume(stream.receive, stream.receive.unread);
    stream.discarding = true;
  }
}
