import { checkBytes } from '../body/check-bytes.ts';
import { type Clock, systemClock } from '../body/clock.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { FetchAPI } from './fetch-api.ts';
import { HTTP_LIMITS } from './limits.ts';

/** The options of both sides with their defaults. */
export interface ConnectionSettings {
  readonly highWaterMark: number;
  readonly drainLimit: number;
  readonly drainTimeout: number;
  readonly fetchAPI: FetchAPI;
  readonly clock: Clock;
  /** What is received is the driver's own: byte streams may transfer it. */
  readonly transfer: boolean;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function connectionSettings(options: ConnectionOptions, transfer: boolean): ConnectionSettings {
  return {
    highWaterMark: checkBytes(options.highWaterMark ?? HTTP_LIMITS.highWaterMark, 'highWaterMark', 1),
    drainLimit: checkBytes(options.drainLimit ?? HTTP_LIMITS.drainLimit, 'drainLimit'),
    drainTimeout: options.drainTimeout ?? HTTP_LIMITS.drainTimeout,
    fetchAPI: options.fetchAPI ?? globalThis,
    clock: options.clock ?? systemClock,
    transfer,
  };
}
