import { Writable, type WritableOptions } from 'node:stream';
import { ignore } from '../../lib/body/ignore.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { ClosedError } from '../../lib/errors/closed-error.ts';
import { toError } from '../../lib/errors/to-error.ts';

/** A WritableStream of any brand, touched through `getWriter()` only. */
export interface WritableLike {
  getWriter(): {
    write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
    readonly closed: Promise<unknown>;
    readonly ready: Promise<unknown>;
    releaseLock(): void;
  };
}

/**
 * A WritableStream as a Node Writable. One chunk at a time is given to the stream, when it is ready and the write before has
 * settled; what waits is bounded by the Writable's own highWaterMark. Destroying it aborts the stream.
 *
 * @param options `highWaterMark` in bytes.
 * @example
 * ```ts
 * import { toNodeWritable } from 'sluice/node';
 *
 * const sink = new WritableStream({ write: (chunk) => console.log(chunk.byteLength) });
 * toNodeWritable(sink).end('four'); // 4
 * ```
 */
export function toNodeWritable(
  stream: WritableLike,
  options: Pick<WritableOptions, 'highWaterMark'> = {},
): Writable {
  checkMethod(stream, 'a stream', 'a WritableStream', 'getWriter');
  const writer = stream.getWriter();
  writer.ready.catch(ignore);
  const writable = new Writable({
    ...options,
    // A copy: a stream may detach what it is given, which would be the memory of many a Buffer.
    write: (chunk: Uint8Array, _encoding, callback) =>
      tell(
        writer.ready.then(() => writer.write(new Uint8Array(chunk))),
        callback,
      ),
    final: (callback) => tell(writer.close(), callback),
    destroy(error, callback) {
      // Of a stream that is closed it does nothing.
      writer.abort(error ?? undefined).catch(ignore);
      writer.releaseLock();
      callback(error);
    },
  });
  // The stream may fail while nothing is written, or have been closed before.
  writer.closed.then(
    () => {
      if (!writable.writableEnded) writable.destroy(new ClosedError());
    },
    (error) => writable.destroy(toError(error)),
  );
  return writable;
}

function tell(done: Promise<void>, callback: (error?: Error) => void): void {
  done.then(ignore, toError).then(callback as (error: unknown) => void);
}
