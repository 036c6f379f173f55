import { checkBytes } from '../body/check-bytes.ts';
import type { ClientSettings } from './client-settings.ts';
import type { Http2SessionOptions } from './http2-session.ts';
import { HTTP_LIMITS } from './limits.ts';
import type { ServerSettings } from './server-settings.ts';

const MAX_WINDOW = 0x7fffffff;

/** What an HTTP/2 connection runs with. @throws TypeError, RangeError */
export function http2Settings(
  role: 'server' | 'client',
  settings: ServerSettings | ClientSettings,
): Http2SessionOptions {
  const { clock, drainTimeout, writeTimeout, pingInterval, pingTimeout } = settings;
  const limit = (name: 'connectionBudget' | 'maxWindow' | 'maxConcurrentStreams' | 'maxFrameSize'): number =>
    checkBytes(settings[name] ?? HTTP_LIMITS[name], name, 1);
  const given = {
    maxHeaderBytes: settings.maxHeaderBytes,
    maxHeaderCount: settings.maxHeaderCount,
    maxTrailerBytes: settings.maxTrailerBytes,
    maxInformational: settings.maxInformational,
  };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const maxFrameSize = limit('maxFrameSize');
  if (maxFrameSize < 16_384 || maxFrameSize > 0xffffff)
    throw new RangeError(`Cannot use maxFrameSize as it must be 16384 to 16777215: received ${maxFrameSize}`);
  return {
    clock,
    drainTimeout,
    writeTimeout,
    pingInterval,
    pingTimeout: pingTimeout ?? HTTP_LIMITS.pingTimeout,
    halfClose: 'halfClose' in settings && settings.halfClose === true,
    codec: {
      ...named,
      role,
      highWaterMark: Math.min(settings.highWaterMark, MAX_WINDOW),
      connectionBudget: Math.min(limit('connectionBudget'), MAX_WINDOW),
      adaptiveWindow: settings.adaptiveWindow ?? true,
      maxWindow: Math.min(limit('maxWindow'), MAX_WINDOW),
      maxConcurrentStreams: limit('maxConcurrentStreams'),
      maxFrameSize,
      enableConnectProtocol: 'onConnect' in settings && settings.onConnect !== undefined,
      limits: settings.abuseLimits ?? {},
    },
  };
}
