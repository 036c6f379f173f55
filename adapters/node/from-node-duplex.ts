import type { Duplex as NodeDuplex } from 'node:stream';
import { body } from '../../lib/body/body.ts';
import type { BodyOptions } from '../../lib/body/body-options.ts';
import type { BodyStream } from '../../lib/body/body-stream.ts';
import { destroyWith } from './destroy-with.ts';
import { fromNodeWritable } from './from-node-writable.ts';
import { NodeReadableSource } from './node-readable-source.ts';
import { onLoss } from './writable-progress.ts';

export interface NodeDuplexStreams {
  readonly readable: BodyStream;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * A Node Duplex, such as a socket, as `{ readable, writable }`. The halves are independent: closing `writable` ends only the
 * sending half, and cancelling `readable` stops the reading; the Duplex is destroyed once both are over. Aborting `writable`
 * destroys it at once.
 *
 * @param options Options of the readable half; `highWaterMark` in bytes (default 0).
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { fromNodeDuplex } from 'sluice/node';
 *
 * const { readable, writable } = fromNodeDuplex(new PassThrough());
 * const writer = writable.getWriter();
 * writer.write(new TextEncoder().encode('echo'));
 * writer.close();
 * console.log(await new Response(readable).text()); // echo
 * ```
 */
export function fromNodeDuplex(duplex: NodeDuplex, options: BodyOptions = {}): NodeDuplexStreams {
  const source = new NodeReadableSource(duplex, (_readable, reason) => {
    onLoss(duplex, () => destroyWith(duplex, reason));
  });
  return { readable: body(source, options), writable: fromNodeWritable(duplex) };
}
