import type { ConnectionCore } from './connection-core.ts';

/** The end of a stream, from the peer's side, has crossed ours: each stream may have one. What the peer sends after it did not cross anything. */
export function crossed(core: ConnectionCore, streamId: number): void {
  const how = core.closed.get(streamId);
  if (how === undefined || how === 'remote') core.charge('noise');
  else core.closed.set(streamId, 'remote');
}
