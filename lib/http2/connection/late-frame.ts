import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import type { ConnectionCore } from './connection-core.ts';
import { crossed } from './crossed.ts';

/**
 * HEADERS or DATA for a stream that is closed, or that the peer has ended (RFC 9113 section 5.1). They are dropped when they can have crossed our RST_STREAM or GOAWAY.
 * @param idle - The frame brings no bytes: too many of them are noise to a server.
 * @param endStream - It ends the stream.
 * @throws {ProtocolError} `ERR_PROTOCOL`, STREAM_CLOSED: scope connection when the peer had ended the stream, else scope stream.
 */
export function lateFrame(core: ConnectionCore, streamId: number, idle: boolean, endStream: boolean): void {
  const how = core.closed.get(streamId);
  const forgotten = how === undefined && !core.server;
  const late = how === 'local' || streamId > core.goAwaySent || forgotten;
  if (!late || core.streams.has(streamId))
    fail('Frame on a closed stream', ErrorCode.STREAM_CLOSED, how === 'ended' ? 'connection' : 'stream');
  if (endStream) crossed(core, streamId);
  else if (idle && core.server) core.charge('noise');
}
