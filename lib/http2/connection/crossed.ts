import type { ConnectionCore } from './connection-core.ts';

/**
 * The end of a stream, from the peer's side, has crossed ours. What the peer sends after it did not cross anything.
 * A server is patient with one a stream. A client has asked for all of them: some servers reset a stream once for each DATA frame that they drop.
 */
export function crossed(core: ConnectionCore, streamId: number): void {
  const how = core.closed.get(streamId);
  if (how !== undefined && how !== 'remote') core.closed.set(streamId, 'remote');
  else if (core.server) core.charge('noise');
}
