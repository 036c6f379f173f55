import { checkBytes } from '../body/check-bytes.ts';
import { type Clock, systemClock } from '../body/clock.ts';
import { ignore } from '../body/ignore.ts';
import type { FetchAPI } from './fetch-api.ts';
import { HTTP_LIMITS } from './limits.ts';
import type { ServeOptions } from './serve-options.ts';

type Defaulted = 'highWaterMark' | 'headersTimeout' | 'keepAliveTimeout' | 'drainLimit' | 'drainTimeout';

/** The options of a server with their defaults. */
export interface ServerSettings extends Omit<ServeOptions, Defaulted | 'fetchAPI' | 'clock'> {
  readonly highWaterMark: number;
  readonly headersTimeout: number;
  readonly keepAliveTimeout: number;
  readonly drainLimit: number;
  readonly drainTimeout: number;
  readonly fetchAPI: FetchAPI;
  readonly clock: Clock;
  /** Never throws. */
  report(error: unknown, request?: Request): void;
  /** What is received is the driver's own: byte streams may transfer it. */
  readonly transfer: boolean;
}

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function serverSettings(options: ServeOptions, transfer: boolean): ServerSettings {
  const { onError = ignore } = options;
  return {
    ...options,
    highWaterMark: checkBytes(options.highWaterMark ?? HTTP_LIMITS.highWaterMark, 'highWaterMark', 1),
    headersTimeout: options.headersTimeout ?? HTTP_LIMITS.headersTimeout,
    keepAliveTimeout: options.keepAliveTimeout ?? HTTP_LIMITS.keepAliveTimeout,
    drainLimit: checkBytes(options.drainLimit ?? HTTP_LIMITS.drainLimit, 'drainLimit'),
    drainTimeout: options.drainTimeout ?? HTTP_LIMITS.drainTimeout,
    fetchAPI: options.fetchAPI ?? globalThis,
    clock: options.clock ?? systemClock,
    transfer,
    report(error, request) {
      try {
        onError(error, request);
      } catch {
        // Nobody is left to hear it.
      }
    },
  };
}
