import type { BodyCore } from '../body/body-core.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import type { Output } from './output.ts';

/** Turns of the microtask queue that a chunk may take and still count as there: native streams need fewer than ten. */
const PATIENCE = 12;

/**
 * Writes a body, and whatever `output` holds before it. Chunks that are there at once go out together, up to `limit` bytes;
 * nothing is held back for one that is not. While the transport takes nothing, nothing is pulled.
 *
 * @returns Once the body has ended and everything but the last piece was taken. Rejects with what the body or the transport
 *   fails with.
 */
export async function sendBody(
  core: BodyCore,
  output: Output,
  limit: number,
  encode: (chunk: Uint8Array) => void,
  stopped: () => boolean,
): Promise<void> {
  for (;;) {
    let pulled = core.pull();
    while (!isPromise(pulled)) {
      if (pulled === null || stopped()) return;
      encode(pulled);
      if (output.pending >= limit) {
        const taken = output.flush();
        if (isPromise(taken)) await taken;
        if (stopped()) return;
      }
      pulled = core.pull();
    }
    let flushed: void | Promise<void> | null = null;
    if (output.pending > 0) {
      let settled = false;
      const settle = (): void => {
        settled = true;
      };
      pulled.then(settle, settle);
      for (let turns = 0; !settled && turns < PATIENCE; turns++) await undefined;
      if (!settled && !stopped()) {
        flushed = output.flush();
        if (flushed) flushed.catch(ignore);
      }
    }
    const chunk = await pulled;
    if (flushed) await flushed;
    if (chunk === null || stopped()) return;
    encode(chunk);
    if (output.pending >= limit) {
      const taken = output.flush();
      if (isPromise(taken)) await taken;
      if (stopped()) return;
    }
  }
}
