import type { Http2Options } from '../http2/connection/http2-options.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ServerSettings } from './server-settings.ts';

/** The largest window (RFC 9113 section 6.9.1). */
const MAX_WINDOW = 0x7fffffff;

/** What the codec of a connection runs with. */
export function http2Settings(
  role: 'server' | 'client',
  settings: ServerSettings | ClientSettings,
): Http2Options {
  const window = (bytes: number): number => Math.min(bytes, MAX_WINDOW);
  return {
    ...(settings as Partial<Http2Options>),
    role,
    highWaterMark: window(settings.highWaterMark),
    connectionBudget: window(settings.connectionBudget),
    maxWindow: window(settings.maxWindow),
    enableConnectProtocol: 'onConnect' in settings,
    limits: settings.abuseLimits ?? {},
  };
}
