import { checkBytes } from '../body/check-bytes.ts';
import { checkSignal } from '../body/check-signal.ts';
import { type Clock, systemClock } from '../body/clock.ts';
import { cannot } from '../errors/cannot.ts';
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
const sizes = {
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
} as const;

const protocols = ['auto', 'http/1.1', 'h2'];

const times = [
  'headersTimeout',
  'keepAliveTimeout',
  'drainTimeout',
  'writeTimeout',
  'pingInterval',
  'pingTimeout',
] as const;

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function connectionSettings<O extends ConnectionOptions>(
  options: O,
  transfer: boolean,
): Omit<O, keyof ConnectionSettings> & ConnectionSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = { fetchAPI: globalThis, clock: systemClock, ...HTTP_LIMITS, ...(given as O), transfer };
  for (const [name, range] of Object.entries(sizes))
    if (name in given) checkBytes(given[name], name, ...range);
  for (const name of times) {
    const ms: unknown = given[name] ?? 0;
    const isTime = typeof ms === 'number' && ms >= 0 && ms <= longest;
    const Kind = typeof ms === 'number' ? RangeError : TypeError;
    if (!isTime) throw cannot(`use ${name}`, `it must be from 0 to ${longest} milliseconds`, ms, Kind);
  }
  const { protocol = 'auto', signal } = options;
  checkSignal(signal);
  if (!protocols.includes(protocol))
    throw cannot('use protocol', "it must be 'http/1.1', 'h2' or 'auto'", protocol);
  return settings as Omit<O, keyof ConnectionSettings> & ConnectionSettings;
}
