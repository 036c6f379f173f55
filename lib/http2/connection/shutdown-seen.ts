import { ErrorCode } from '../error-code.ts';
import type { ConnectionCore } from './connection-core.ts';

/** The second step of a server's graceful end (RFC 9113 section 6.8): what the peer opened until now is taken, and no more. */
export function shutdownSeen(core: ConnectionCore): void {
  if (!core.closing || !core.server || core.goAwaySent < 0x7fffffff) return;
  core.goAwaySent = core.lastRemoteId;
  core.control.goAway(core.lastRemoteId, ErrorCode.NO_ERROR, new Uint8Array(0));
}
