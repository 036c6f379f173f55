import { Readable, type ReadableOptions } from 'node:stream';
import type { BodyLike } from '../../lib/body/body-like.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { isPromise } from '../../lib/body/is-promise.ts';
import { toError } from '../../lib/errors/to-error.ts';

/**
 * A body as a Node Readable. The body is pulled only to fill the Readable's own highWaterMark; destroying the Readable
 * cancels the body with the error that it was destroyed with. An error that nobody listens to is no uncaught exception.
 *
 * @param options Options of Readable; `highWaterMark` in bytes.
 * @example
 * ```ts
 * import { toNodeReadable } from 'sluice/node';
 *
 * for await (const chunk of toNodeReadable('hello')) console.log(chunk.toString()); // hello
 * ```
 */
export function toNodeReadable(
  from: BodyLike,
  options: Pick<ReadableOptions, 'highWaterMark'> = {},
): Readable {
  const core = coreFrom(from);
  const readable: Readable = new Readable({
    ...options,
    // Node waits for the push of one before it asks for the next.
    async read(size) {
      try {
        const pulled = core.pull(size);
        const chunk = isPromise(pulled) ? await pulled : pulled;
        if (readable.destroyed) return;
        // The source is pulled again before anyone has seen its chunk, whose memory it may fill again.
        readable.push(chunk && Buffer.from(chunk));
      } catch (error) {
        readable.destroy(toError(error));
      }
    },
    async destroy(error, callback) {
      try {
        await core.cancel(error ?? undefined);
      } catch (failure) {
        error ??= toError(failure);
      }
      callback(error);
    },
  });
  // As of a server's own request: whoever has read what it wants of a body listens no more, and a client that leaves must stop no server.
  return readable.on('error', ignore);
}
