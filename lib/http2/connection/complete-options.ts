import { defined } from '../../bytes/defined.ts';
import { cannot } from '../../errors/cannot.ts';
import { checkOneOf } from '../../errors/check-one-of.ts';
import type { AbuseLimits } from './abuse-limits.ts';
import { completeLimits } from './complete-limits.ts';
import type { Http2Options } from './http2-options.ts';

/** Options with nothing left open. */
export type CompleteOptions = Required<Http2Options> & { readonly limits: AbuseLimits };

const LARGEST = 0x7fffffff;
const ANY = Number.POSITIVE_INFINITY;

/** The least that each may be, and the most. */
const RANGES = [
  ['highWaterMark', 1, LARGEST],
  ['connectionBudget', 1, LARGEST],
  ['maxWindow', 1, LARGEST],
  ['maxConcurrentStreams', 0, ANY],
  ['maxFrameSize', 16_384, 0xffffff],
  ['maxHeaderBytes', 1, ANY],
  ['maxHeaderCount', 0, ANY],
  ['maxTrailerBytes', 0, ANY],
  ['maxInformational', 0, ANY],
  ['headerTableSize', 0, LARGEST],
] as const;

/** Puts in the defaults, and makes the streams fit the budget. @throws {RangeError} For a number that can't be. */
export function completeOptions(given: Http2Options): CompleteOptions {
  const options = {
    highWaterMark: 65_536,
    connectionBudget: 16_777_216,
    adaptiveWindow: true,
    maxWindow: 8_388_608,
    maxConcurrentStreams: 128,
    maxFrameSize: 16_384,
    maxHeaderBytes: 16_384,
    maxHeaderCount: 128,
    maxTrailerBytes: 8192,
    maxInformational: 16,
    headerTableSize: 4096,
    enableConnectProtocol: false,
    ...defined(given),
    limits: completeLimits(given.limits),
  };
  const { highWaterMark, connectionBudget, maxConcurrentStreams } = options;
  checkOneOf(options.role, 'role', ['server', 'client']);
  for (const [name, least, most] of RANGES)
    if (!(options[name] >= least && options[name] <= most))
      throw cannot(`use ${name}`, `it must be from ${least} to ${most}`, options[name], RangeError);
  options.connectionBudget = Math.max(65_535, connectionBudget);
  const fitting = Math.max(1, Math.floor(options.connectionBudget / highWaterMark));
  options.maxConcurrentStreams = Math.min(maxConcurrentStreams, fitting);
  return options;
}
