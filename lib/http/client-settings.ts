import { checkBytes } from '../body/check-bytes.ts';
import { type Clock, systemClock } from '../body/clock.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { FetchAPI } from './fetch-api.ts';
import { HTTP_LIMITS } from './limits.ts';

type Defaulted = 'highWaterMark' | 'drainLimit' | 'drainTimeout' | 'fetchAPI' | 'clock' | 'origin';

/** The options of a client with their defaults. */
export interface ClientSettings extends Omit<ConnectOptions, Defaulted> {
  readonly highWaterMark: number;
  readonly drainLimit: number;
  readonly drainTimeout: number;
  readonly fetchAPI: FetchAPI;
  readonly clock: Clock;
  readonly origin: string;
  /** What is received is the driver's own: byte streams may transfer it. */
  readonly transfer: boolean;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function clientSettings(
  options: ConnectOptions,
  transfer: boolean,
  encrypted: boolean,
): ClientSettings {
  return {
    ...options,
    highWaterMark: checkBytes(options.highWaterMark ?? HTTP_LIMITS.highWaterMark, 'highWaterMark', 1),
    drainLimit: checkBytes(options.drainLimit ?? HTTP_LIMITS.drainLimit, 'drainLimit'),
    drainTimeout: options.drainTimeout ?? HTTP_LIMITS.drainTimeout,
    fetchAPI: options.fetchAPI ?? globalThis,
    clock: options.clock ?? systemClock,
    origin: new URL(options.origin ?? (encrypted ? 'https://localhost' : 'http://localhost')).href,
    transfer,
  };
}
