import type { ConnectOptions } from './connect-options.ts';
import { type ConnectionSettings, connectionSettings } from './connection-settings.ts';

/** The options of a client with their defaults. */
export interface ClientSettings
  extends Omit<ConnectOptions, keyof ConnectionSettings | 'origin'>,
    Omit<ConnectionSettings, 'headersTimeout'> {
  readonly headersTimeout: number | undefined;
  readonly origin: string;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function clientSettings(
  options: ConnectOptions,
  transfer: boolean,
  encrypted: boolean,
): ClientSettings {
  return {
    ...connectionSettings(options, transfer),
    headersTimeout: options.headersTimeout,
    origin: new URL(options.origin ?? `http${encrypted ? 's' : ''}://localhost`).href,
  };
}
