import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import type { ConnectionCore } from './connection-core.ts';

/**
 * HEADERS or DATA for a stream that is closed (RFC 9113 section 5.1). They are dropped when they can have crossed our RST_STREAM or GOAWAY.
 * @param idle - The frame brings nothing: too many of them are noise.
 * @throws {ProtocolError} `ERR_PROTOCOL`, STREAM_CLOSED: scope connection when the peer had ended the stream, scope stream when it had reset it.
 */
export function lateFrame(core: ConnectionCore, streamId: number, idle: boolean): void {
  const how = core.closed.get(streamId);
  const crossed = how === 'local' || streamId > core.goAwaySent || (how === undefined && !core.server);
  if (!crossed)
    fail('Frame on a closed stream', ErrorCode.STREAM_CLOSED, how === 'ended' ? 'connection' : 'stream');
  if (idle) core.charge('noise');
}
