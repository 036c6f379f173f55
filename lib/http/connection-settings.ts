import { checkBytes } from '../body/check-bytes.ts';
import { type Clock, systemClock } from '../body/clock.ts';
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
} as const;

/** @param transfer Whether the transport gives its chunks away. @throws TypeError, RangeError */
export function connectionSettings<O extends ConnectionOptions>(
  options: O,
  transfer: boolean,
): Omit<O, keyof ConnectionSettings> & ConnectionSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = { fetchAPI: globalThis, clock: systemClock, ...HTTP_LIMITS, ...(given as O), transfer };
  for (const name of Object.keys(sizes) as (keyof typeof sizes)[])
    checkBytes(settings[name], name, ...sizes[name]);
  return settings as Omit<O, keyof ConnectionSettings> & ConnectionSettings;
}
