import type { ConnectOptions } from './connect-options.ts';
import { type ConnectionSettings, connectionSettings } from './connection-settings.ts';

/** The options of a client with their defaults. */
export interface ClientSettings
  extends Omit<ConnectOptions, keyof ConnectionSettings | 'origin'>,
    ConnectionSettings {
  readonly origin: string;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function clientSettings(
  options: ConnectOptions,
  transfer: boolean,
  encrypted: boolean,
): ClientSettings {
  return {
    ...options,
    ...connectionSettings(options, transfer),
    origin: new URL(options.origin ?? (encrypted ? 'https://localhost' : 'http://localhost')).href,
  };
}
