import { utf8 } from '../../bytes/utf8.ts';
import * as ErrorCode from '../error-code.ts';
import type { ConnectionCore } from './connection-core.ts';

/** RFC 9113 section 6.8, the second step of a server's graceful end: what the peer opened until now is taken, and no more. */
export function settleGoAway(core: ConnectionCore): void {
  if (!core.server || core.dead || !core.closing || core.goAwaySent < 0x7fffffff) return;
  core.goAwaySent = core.lastRemoteId;
  core.control.goAway(core.lastRemoteId, ErrorCode.NO_ERROR, utf8(''));
}
