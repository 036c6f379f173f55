import type { BodyLike } from './body-like.ts';
import type { BodyOptions } from './body-options.ts';
import { BodyStream } from './body-stream.ts';

/**
 * Makes a body from anything that holds or produces bytes: bytes, an ArrayBuffer, text (as UTF-8), a Blob, a
 * `BodySource`, a stream of any brand, an iterable or async iterable of bytes or text, or a function
 * `({ signal }) => iterable` whose signal aborts when the consumer leaves (a generator blocked in `await` cannot be
 * returned).
 *
 * @param from What to read. A stream is locked from here on. A `number[]` is a TypeError.
 * @param options `highWaterMark` in bytes (default 0).
 * @throws TypeError when `from` is none of the above or a locked stream, RangeError for sizes out of range.
 * @example
 * ```ts
 * import { body } from 'sluice';
 *
 * const ticks = body(async function* ({ signal }) {
 *   for (let n = 0; !signal.aborted && n < 3; n++) yield `tick ${n}\n`;
 * });
 * console.log(await new Response(ticks).text()); // tick 0 tick 1 tick 2
 * ```
 */
export function body(from: BodyLike, options: BodyOptions = {}): BodyStream {
  return new BodyStream(from, options);
}
