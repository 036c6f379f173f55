import { checkBytes } from '../body/check-bytes.ts';
import { asBytes } from './as-bytes.ts';
import { convert } from './convert.ts';
import { lineSplitter } from './line-splitter.ts';
import type { Operator } from './operator.ts';

export interface LinesOptions {
  /** The most bytes in a line, without what ends it. Default 1 MiB. */
  maxBytes?: number | undefined;
}

/**
 * Decodes UTF-8 and splits it into lines, which end with LF or CRLF (a CR alone is part of its line). A character or line
 * that is split over chunks is kept whole; a last line needs no end; a byte order mark at the start is left out. Gives a
 * plain stream of strings.
 *
 * @param options `maxBytes`: the most bytes in a line.
 * @throws The stream errors with LimitExceededError (`ERR_LIMIT_EXCEEDED`) at a longer line, after the lines before it, and
 *   the source is cancelled with it. TypeError or RangeError at the call for a limit out of range.
 * @see tokio-util's `LinesCodec`
 * @example
 * ```ts
 * import { lines, pipe } from 'sluice';
 *
 * for await (const line of pipe(['a\r', '\nb\n', 'c'], lines())) console.log(line); // a b c
 * ```
 */
export function lines(options: LinesOptions = {}): Operator<Uint8Array, string> {
  const maxBytes = checkBytes(options.maxBytes ?? 1_048_576, 'maxBytes');
  return (from) => {
    const { step, rest } = lineSplitter(maxBytes);
    return convert<Uint8Array, string>(asBytes(from, 'lines'), step, { kind: 'values', rest });
  };
}
