import { checkBytes } from '../body/check-bytes.ts';
import { checkSignal } from '../body/check-signal.ts';
import { type Clock, systemClock } from '../body/clock.ts';
import { defined } from '../bytes/defined.ts';
import { cannot } from '../errors/cannot.ts';
import { checkFunction } from '../errors/check-function.ts';
import { checkNumber } from '../errors/check-number.ts';
import { completeLimits } from '../http2/connection/complete-limits.ts';
import { longest } from '../operators/timer.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { FetchAPI } from './fetch-api.ts';
import { HTTP_LIMITS } from './limits.ts';

/** The options of both sides with their defaults. */
export type ConnectionSettings = { readonly [K in keyof typeof HTTP_LIMITS]: number } & {
  readonly fetchAPI: FetchAPI;
  readonly clock: Clock;
  /** What is received is the driver's own: byte streams may transfer it. */
  readonly transfer: boolean;
};

/** Sizes, from the least to the most that each may be. */
const sizes: Readonly<Record<string, readonly [least: number, most?: number]>> = {
  highWaterMark: [1],
  drainLimit: [0],
  connectionBudget: [1],
  maxWindow: [1],
  maxConcurrentStreams: [1],
  maxFrameSize: [16_384, 0xffffff],
  maxHeaderBytes: [1],
  maxHeaderCount: [0],
  maxTrailerBytes: [0],
  maxInformational: [0],
  maxChunkLineBytes: [1],
  maxChunkExtensionBytes: [0],
  minRate: [1],
};

/** The least that each may be, in milliseconds. */
const times: Readonly<Record<string, number>> = {
  headersTimeout: 0,
  keepAliveTimeout: 0,
  drainTimeout: 0,
  writeTimeout: 0,
  pingInterval: 1,
  pingTimeout: 0,
};

const protocols = ['auto', 'http/1.1', 'h2'];

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function connectionSettings<O extends ConnectionOptions>(
  options: O,
  transfer: boolean,
): Omit<O, keyof ConnectionSettings> & ConnectionSettings {
  const given = defined<object>(options) as Readonly<Record<string, unknown>>;
  const settings = { fetchAPI: globalThis, clock: systemClock, ...HTTP_LIMITS, ...(given as O), transfer };
  for (const [name, value] of Object.entries(given)) {
    const size = sizes[name];
    if (size !== undefined) {
      const [least, most = Number.MAX_SAFE_INTEGER] = size;
      checkNumber(value, checkBytes(value as number, name, least) <= most, name, `at most ${most}`);
    }
    const time = times[name];
    if (time === undefined) continue;
    const fits = (value as number) >= time && (value as number) <= longest;
    checkNumber(value, fits, name, `from ${time} to ${longest} milliseconds`);
  }
  const { protocol = 'auto', signal, abuseLimits } = options;
  checkSignal(signal);
  checkFunction(Object(settings.clock).setTimeout, 'clock.setTimeout');
  checkFunction(Object(settings.fetchAPI).Response, 'fetchAPI.Response');
  completeLimits(abuseLimits);
  if (!protocols.includes(protocol))
    throw cannot('use protocol', "it must be 'http/1.1', 'h2' or 'auto'", protocol);
  return settings as Omit<O, keyof ConnectionSettings> & ConnectionSettings;
}
