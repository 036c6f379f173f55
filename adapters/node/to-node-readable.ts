import { Readable, type ReadableOptions } from 'node:stream';
import type { BodyLike } from '../../lib/body/body-like.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { toError } from './to-error.ts';

/**
 * A body as a Node Readable. The body is pulled only to fill the Readable's own highWaterMark; destroying the Readable
 * cancels the body with the error that it was destroyed with.
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
  let pulling = false;
  const push = (chunk: Uint8Array | null): boolean => {
    if (chunk === null) return readable.push(null);
    const { buffer, byteOffset, byteLength } = chunk;
    // The source is pulled again before anyone has seen its chunk, whose memory it may fill again.
    return readable.push(core.transfer ? Buffer.from(buffer, byteOffset, byteLength) : Buffer.from(chunk));
  };
  const readable: Readable = new Readable({
    ...options,
    async read(size) {
      if (pulling) return;
      pulling = true;
      try {
        for (;;) {
          const pulled = core.pull(Math.max(size, 1));
          const chunk = pulled instanceof Promise ? await pulled : pulled;
          if (readable.destroyed || !push(chunk)) break;
        }
      } catch (error) {
        readable.destroy(toError(error));
      } finally {
        pulling = false;
      }
    },
    destroy(error, callback) {
      Promise.resolve(core.cancel(error ?? undefined)).then(
        () => callback(error),
        (failure) => callback(error ?? toError(failure)),
      );
    },
  });
  return readable;
}
