import type { BodyCore } from '../body/body-core.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ChunkedEncoder } from '../http1/chunked-encoder.ts';
import type { Output } from './output.ts';
import { trailerFields } from './trailer-fields.ts';

/** Turns of the microtask queue that a chunk may take and still count as there: native streams need fewer than ten. */
const PATIENCE = 12;

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
  const late = new LateChunk();
  /** Bytes of the body in `output`. */
  let held = 0;
  for (;;) {
    let chunk = core.pull();
    let flushed: void | Promise<void> | null = null;
    if (isPromise(chunk)) {
      late.follow(chunk);
      if (output.pending > 0) {
        for (let turns = 0; !late.settled && turns < PATIENCE; turns++) await undefined;
        if (!late.settled && !stopped()) {
          held = 0;
          flushed = output.flush();
          if (flushed) flushed.catch(ignore);
        }
      }
      if (!late.settled) await late.wait();
      chunk = late.take();
      if (flushed) await flushed;
    }
    if (stopped()) return;
    if (chunk === null) break;
    if (chunked) output.addChunk(chunk);
    else output.add(chunk);
    held += chunk.byteLength;
    // Past the limit and not at it: chunks of just its size go out in pairs.
    if (held > limit) {
      held = 0;
      const taken = output.flush();
      if (isPromise(taken)) await taken;
      if (stopped()) return;
    }
  }
  if (!chunked) return;
  const { trailers } = core;
  const fields = trailers === undefined ? [] : trailerFields(await trailers).flat();
  if (!stopped()) output.add(new ChunkedEncoder().end(fields));
}
/** A pull that has not settled. One for all pulls of a body: a promise for each would cost more than its chunk. */
class LateChunk {
  settled = false;
  #chunk: Uint8Array | null = null;
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;

  follow(pulled: Promise<Uint8Array | null>): void {
    this.settled = false;
    pulled.then(this.#onChunk, this.#onError);
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  take(): Uint8Array | null {
    if (this.#failure !== null) throw this.#failure.error;
    return this.#chunk;
  }

  readonly #onChunk = (chunk: Uint8Array | null): void => {
    this.#chunk = chunk;
    this.#settle();
  };

  readonly #onError = (error: unknown): void => {
    this.#failure = { error };
    this.#settle();
  };

  #settle(): void {
    this.settled = true;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
