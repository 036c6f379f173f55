import { ignore } from '../body/ignore.ts';
import { checkFunction } from '../errors/check-function.ts';
import { type ConnectionSettings, connectionSettings } from './connection-settings.ts';
import type { ServeOptions } from './serve-options.ts';

/** The options of a server with their defaults. */
export interface ServerSettings extends Omit<ServeOptions, keyof ConnectionSettings>, ConnectionSettings {
  /** Never throws. */
  report(error: unknown, request?: Request): void;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function serverSettings(options: ServeOptions, transfer: boolean): ServerSettings {
  const { onError = ignore, onConnect = ignore, onUpgrade = ignore } = options;
  for (const [name, value] of Object.entries({ onError, onConnect, onUpgrade })) checkFunction(value, name);
  return {
    ...connectionSettings(options, transfer),
    report(error, request) {
      try {
        onError(error, request);
      } catch {
        // Nobody is left to hear it.
      }
    },
  };
}
