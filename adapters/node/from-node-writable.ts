import type { Writable } from 'node:stream';
import { asChunk } from '../../lib/body/as-chunk.ts';
import { toError } from './to-error.ts';
import { closedEarly, drained, finished } from './writable-progress.ts';

/**
 * A Node Writable as a WritableStream that counts bytes: it takes what the Writable's own highWaterMark admits and one
 * chunk, then `ready` waits for `drain`. (`Writable.toWeb` counts chunks on Node 20 and 22, and takes the whole source.)
 * Closing ends the Writable; aborting destroys it.
 *
 * @returns Errors with what the Writable fails with, and with ConnectionLostError (`ERR_CONNECTION_LOST`) when it is closed
 *   early.
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { fromNodeWritable } from 'sluice/node';
 *
 * const pass = new PassThrough();
 * const writer = fromNodeWritable(pass).getWriter();
 * await writer.write(new TextEncoder().encode('hi'));
 * console.log(pass.read().toString()); // hi
 * await writer.close();
 * ```
 */
export function fromNodeWritable(writable: Writable): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>(
    {
      start(controller) {
        writable.on('error', (error) => controller.error(error));
        writable.once('close', () => {
          if (!writable.writableFinished) controller.error(closedEarly(writable));
        });
        // `abort` of the sink waits for a write under way, which may never drain.
        const { signal } = controller;
        signal.addEventListener('abort', () => writable.destroy(toError(signal.reason)));
      },
      write(chunk) {
        const bytes = asChunk(chunk);
        if (!ArrayBuffer.isView(bytes))
          throw new TypeError('Cannot write a chunk as it must be bytes or text');
        return writable.write(bytes) ? undefined : drained(writable);
      },
      close: () => finished(writable),
    },
    // One byte of room: `ready` while nothing is in the queue, and no chunk is taken ahead of the Writable.
    { highWaterMark: 1, size: (chunk) => chunk.byteLength ?? 1 },
  );
}
