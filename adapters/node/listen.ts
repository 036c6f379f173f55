import type { EventEmitter } from 'node:events';

/** Listens to several events. @returns Ends it. */
export function listen(
  emitter: EventEmitter,
  events: readonly string[],
  hear: (event?: unknown) => void,
): () => void {
  for (const event of events) emitter.on(event, hear);
  return () => {
    for (const event of events) emitter.off(event, hear);
  };
}
