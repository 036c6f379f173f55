import { bodyOf } from '../../lib/body/body-of.ts';
import type { BodyStream } from '../../lib/body/body-stream.ts';
import { idleTimeout as failWhenIdle } from '../../lib/operators/idle-timeout.ts';
import { limitBytes } from '../../lib/operators/limit-bytes.ts';
import type { Operator } from '../../lib/operators/operator.ts';
import { pipe } from '../../lib/operators/pipe.ts';
import { type Progress, progress } from '../../lib/operators/progress.ts';
import type { TimedOptions } from '../../lib/operators/timer.ts';

export interface ReadBodyOptions extends TimedOptions {
  /** Bytes read ahead, from the first read on. Default 0. The browser itself holds more, out of reach. */
  highWaterMark?: number | undefined;
  /** The most bytes to take. Default: no limit. */
  limit?: number | undefined;
  /** ms that a read may wait for the network. Default: for ever. */
  idleTimeout?: number | undefined;
  /** Hears how far the body is. `total` is undefined when the response is content-encoded: the browser hides it. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** The least ms between two calls of `onProgress`. Default 0: one for each chunk. */
  interval?: number | undefined;
  /** Aborting errors the body with the signal's reason and ends the download. */
  signal?: AbortSignal | undefined;
}

/**
 * The body of what `fetch` gave, bounded. Nothing is read before the first read; cancelling ends the download.
 *
 * @throws The stream errors with LimitExceededError (`ERR_LIMIT_EXCEEDED`), BodyTimeoutError (`ERR_IDLE_TIMEOUT`) or the
 *   reason of `signal`, and the download ends with each.
 * @example
 * ```ts
 * import { bytes } from 'sluice';
 * import { readBody } from 'sluice/browser';
 *
 * const response = new Response('hello', { headers: { 'content-length': '5' } });
 * const stream = readBody(response, {
 *   limit: 1024,
 *   idleTimeout: 10_000,
 *   onProgress: ({ bytes, total }) => console.log(`${bytes} of ${total}`), // 5 of 5
 * });
 * console.log((await bytes(stream)).length); // 5
 * ```
 */
export function readBody(response: Response, options: ReadBodyOptions = {}): BodyStream {
  const { limit, idleTimeout, onProgress, clock, interval } = options;
  const operators: Operator<Uint8Array, Uint8Array>[] = [];
  if (limit !== undefined) operators.push(limitBytes(limit));
  if (idleTimeout !== undefined) operators.push(failWhenIdle(idleTimeout, { clock }));
  if (onProgress !== undefined) operators.push(progress(onProgress, { clock, interval }));
  const from = bodyOf(response, { highWaterMark: options.highWaterMark, signal: options.signal });
  return operators.reduce<BodyStream>((stream, operator) => pipe(stream, operator), from);
}
