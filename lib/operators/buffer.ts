import { BodyCore } from '../body/body-core.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { asBytes } from './as-bytes.ts';
import type { Operator } from './operator.ts';

/**
 * Reads up to `bytes` ahead of the consumer, from the first read on, plus the chunk in hand: the only operator that reads
 * ahead. Length and trailers are kept.
 *
 * @param bytes The most bytes to hold before another chunk is pulled.
 * @throws TypeError or RangeError at the call for a size out of range.
 * @example
 * ```ts
 * import { buffer, pipe } from 'sluice';
 *
 * const stream = pipe(['ab', 'cd', 'ef', 'gh'], buffer(4));
 * await stream.getReader().read();
 * console.log(stream.stats.delivered, stream.stats.buffered); // 2 4
 * ```
 */
export function buffer(bytes: number): Operator<Uint8Array, Uint8Array> {
  checkBytes(bytes, 'a buffer');
  return (source) => new BodyCore(asBytes(source, 'buffer'), { highWaterMark: bytes });
}
