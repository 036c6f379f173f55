import { ignore } from '../body/ignore.ts';
import { type ConnectionSettings, connectionSettings } from './connection-settings.ts';
import { HTTP_LIMITS } from './limits.ts';
import type { ServeOptions } from './serve-options.ts';

/** The options of a server with their defaults. */
export interface ServerSettings
  extends Omit<ServeOptions, keyof ConnectionSettings | 'headersTimeout' | 'keepAliveTimeout'>,
    ConnectionSettings {
  readonly headersTimeout: number;
  readonly keepAliveTimeout: number;
  /** Never throws. */
  report(error: unknown, request?: Request): void;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function serverSettings(options: ServeOptions, transfer: boolean): ServerSettings {
  const { onError = ignore } = options;
  return {
    ...options,
    ...connectionSettings(options, transfer),
    headersTimeout: options.headersTimeout ?? HTTP_LIMITS.headersTimeout,
    keepAliveTimeout: options.keepAliveTimeout ?? HTTP_LIMITS.keepAliveTimeout,
    report(error, request) {
      try {
        onError(error, request);
      } catch {
        // Nobody is left to hear it.
      }
    },
  };
}
