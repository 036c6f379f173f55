import { defined } from '../../bytes/defined.ts';
import type { AbuseLimits } from './abuse-limits.ts';
import { completeLimits } from './complete-limits.ts';
import type { Http2Options } from './http2-options.ts';

/** Options with nothing left open. */
export type CompleteOptions = Required<Http2Options> & { readonly limits: AbuseLimits };

/** Puts in the defaults, and makes the streams fit the budget. @throws {TypeError} For a limit that is none. */
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
  options.connectionBudget = Math.max(65_535, connectionBudget);
  const fitting = Math.max(1, Math.floor(options.connectionBudget / highWaterMark));
  options.maxConcurrentStreams = Math.min(maxConcurrentStreams, fitting);
  return options;
}
