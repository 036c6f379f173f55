import { cannot } from '../errors/cannot.ts';
import { checkHandler } from './check-handler.ts';
import type { ListenOptions } from './running-server.ts';
import { serverSettings } from './server-settings.ts';

/** Throws, before anything listens, for what would else fail with the first connection. */
export function checkServing(handler: unknown, options: ListenOptions): void {
  const { onListen } = options;
  checkHandler(handler);
  serverSettings(options, false);
  if (onListen !== undefined && typeof onListen !== 'function')
    throw cannot('serve', 'onListen must be a function', onListen);
}
