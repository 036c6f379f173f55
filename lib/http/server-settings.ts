import { ignore } from '../body/ignore.ts';
import { cannot } from '../errors/cannot.ts';
import { type ConnectionSettings, connectionSettings } from './connection-settings.ts';
import type { ServeOptions } from './serve-options.ts';

/** The options of a server with their defaults. */
export interface ServerSettings extends Omit<ServeOptions, keyof ConnectionSettings>, ConnectionSettings {
  /** Never throws. */
  report(error: unknown, request?: Request): void;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function serverSettings(options: ServeOptions, transfer: boolean): ServerSettings {
  const { onError = ignore } = options;
  if (typeof onError !== 'function') throw cannot('serve', 'onError must be a function', onError);
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
