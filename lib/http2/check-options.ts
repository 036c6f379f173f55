import { cannot } from '../errors/cannot.ts';
import { checkOneOf } from '../errors/check-one-of.ts';
import type { Http2Options } from './connection/http2-options.ts';

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

/** @returns Them. @throws {TypeError} For a role that is none. @throws {RangeError} For a number that can't be. */
export function checkOptions(options: Http2Options): Http2Options {
  checkOneOf(options.role, 'role', ['server', 'client']);
  for (const [name, least, most] of RANGES) {
    const value = options[name] ?? least;
    if (!(value >= least && value <= most))
      throw cannot(`use ${name}`, `it must be from ${least} to ${most}`, value, RangeError);
  }
  return options;
}
