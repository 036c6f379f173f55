import type { BodyCore } from '../body/body-core.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { COPY_LIMIT } from '../bytes/copy-limit.ts';
import { ChunkedEncoder } from '../http1/chunked-encoder.ts';
import type { Output } from './output.ts';
import { trailerFields } from './trailer-fields.ts';

/**
 * Writes a body, and whatever `output` holds before it. Chunks that are there at once go out together, up to `limit` bytes and one chunk;
 * nothing is held back for one that is not. While the transport takes nothing, nothing is pulled.
 *
 * @param chunked Whether in the chunked transfer coding, with the body's trailers.
 * @returns Once the body has ended and everything but the last piece was taken. Rejects with what the body or the transport
 *   fails with.
 */
export async function sendBody(
  core: BodyCore,
  output: Output,
  limit: number,
  chunked: boolean,
  stopped: () => boolean,
): Promise<void> {
  let wake = ignore;
  const onWake = (): void => wake();
  for (;;) {
    const chunk = core.pull(undefined, undefined, onWake);
    if (isPromise(chunk)) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (output.queued > 0) output.flushSoon();
      await woken;
      continue;
    }
    if (output.writer.blocked) await output.writer.blocked;
    if (stopped()) return;
    if (chunk === null) break;
    if (chunked) output.addChunk(chunk);
    else output.add(chunk);
    output.held += chunk.byteLength;
    // Past the limit and not at it: chunks of just its size go out in pairs. One that is no copy is written before the next pull, as
    // its source may fill it again.
    if (output.held > limit || chunk.byteLength > COPY_LIMIT) {
      const taken = output.flush();
      if (isPromise(taken)) await taken;
      if (stopped()) return;
    }
  }
  if (!chunked) return;
  const { trailers } = core;
  // What was read does not wait for trailers that come late.
  if (trailers !== undefined && output.queued > 0) output.flushSoon();
  const fields = trailers === undefined ? [] : trailerFields(await trailers).flat();
  if (!stopped()) output.add(new ChunkedEncoder().end(fields));
}
