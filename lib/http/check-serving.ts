import { checkFunction } from '../errors/check-function.ts';
import { checkHandler } from './check-handler.ts';
import type { ListenOptions } from './running-server.ts';
import { serverSettings } from './server-settings.ts';

/** Throws, before anything listens, for what would else fail with the first connection, and the reason of a signal that has aborted. */
export function checkServing(handler: unknown, options: ListenOptions): void {
  const { onListen, signal } = options;
  checkHandler(handler);
  serverSettings(options, false);
  if (onListen !== undefined) checkFunction(onListen, 'onListen');
  signal?.throwIfAborted();
}
