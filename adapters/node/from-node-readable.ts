import type { Readable } from 'node:stream';
import { body } from '../../lib/body/body.ts';
import type { BodyOptions } from '../../lib/body/body-options.ts';
import type { BodyStream } from '../../lib/body/body-stream.ts';
import { NodeReadableSource } from './node-readable-source.ts';

/**
 * A Node Readable as a body. It is read only on demand: not at all before the first read, then at most `highWaterMark`
 * bytes ahead of the reader, next to what the Readable itself holds. One that flows is paused; of one with an encoding the
 * body has the bytes that its text stands for. Cancelling destroys it.
 *
 * @param options `highWaterMark` in bytes (default 0), and the other options of a body.
 * @returns Errors with what the Readable fails with, and with ConnectionLostError (`ERR_CONNECTION_LOST`) when it is closed
 *   before its end.
 * @throws TypeError at the call for what is no Readable.
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { fromNodeReadable } from 'sluice/node';
 *
 * const stream = fromNodeReadable(Readable.from([Buffer.from('a'), Buffer.from('b')]));
 * console.log(await new Response(stream).text()); // ab
 * ```
 */
export function fromNodeReadable(readable: Readable, options: BodyOptions = {}): BodyStream {
  return body(new NodeReadableSource(readable), options);
}
