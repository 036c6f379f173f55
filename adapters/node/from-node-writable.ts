import type { Writable } from 'node:stream';
import { asChunk } from '../../lib/body/as-chunk.ts';
import { onAbort } from '../../lib/body/on-abort.ts';
import { isUint8Array } from '../../lib/bytes/is-uint8array.ts';
import { cannot } from '../../lib/errors/cannot.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { toError } from '../../lib/errors/to-error.ts';
import { closedEarly } from './closed-early.ts';
import { finished, isOver, onLoss, progressOf } from './writable-progress.ts';

/**
 * A Node Writable as a WritableStream that counts bytes: it takes what the Writable's own highWaterMark admits and one
 * chunk, then `ready` waits for `drain`. (`Writable.toWeb` counts chunks on Node 20 and 22, and takes the whole source.)
 * Closing ends the Writable; aborting destroys it.
 *
 * @returns Errors with what the Writable fails with, and with ConnectionLostError (`ERR_CONNECTION_LOST`) when it is closed
 *   early or ended by someone else.
 * @throws TypeError at the call for what is no Writable.
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
  checkMethod(writable, 'a stream', 'a Node Writable', 'end');
  const progress = progressOf(writable);
  let closing = false;
  return new WritableStream<Uint8Array>(
    {
      start(controller) {
        onLoss(writable, (reason) => {
          if (!closing) controller.error(reason);
        });
        // `abort` of the sink waits for a write under way, which may never drain.
        onAbort(controller.signal, (reason) => writable.destroy(toError(reason)));
        if (isOver(writable)) controller.error(closedEarly(writable));
      },
      write(chunk) {
        const bytes = asChunk(chunk);
        if (isUint8Array(bytes)) return progress.give(bytes);
        const error = cannot('write a chunk', 'it must be bytes or text', chunk);
        // A stream that has failed tells its sink nothing.
        writable.destroy(error);
        throw error;
      },
      close() {
        closing = true;
        return finished(writable);
      },
    },
    // One byte of room: `ready` while nothing is in the queue, and no chunk is taken ahead of the Writable.
    { highWaterMark: 1, size: (chunk) => chunk?.byteLength ?? 1 },
  );
}
