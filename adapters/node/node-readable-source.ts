import type { Readable } from 'node:stream';
import { asChunk } from '../../lib/body/as-chunk.ts';
import type { BodySource } from '../../lib/body/body-source.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import { toError } from './to-error.ts';

const events = ['readable', 'end', 'close'] as const;

/** A Node Readable as a source: read on demand, in paused mode, so that it holds no more than its own highWaterMark. */
export class NodeReadableSource implements BodySource {
  readonly #readable: Readable;
  readonly #destroys: boolean;
  /** Wakes the pull that waits. */
  #wake = ignore;
  #listening = false;
  #failure: { readonly error: unknown } | undefined;

  /** `destroys`: cancel destroys the Readable. A server's request must not take its response along. */
  constructor(readable: Readable, destroys = true) {
    this.#readable = readable;
    this.#destroys = destroys;
    // Without a listener an error before the first read would be an uncaught exception.
    readable.on('error', this.fail);
  }

  pull(): Uint8Array | null | Promise<Uint8Array | null> {
    const chunk = this.#next();
    return chunk === undefined ? this.#later() : chunk;
  }

  cancel(reason: unknown): void {
    this.#release();
    if (!this.#destroys || this.#readable.destroyed) return;
    this.#readable.destroy(reason === undefined ? undefined : toError(reason));
  }

  /** Fails the body, with what the Readable fails with or a reason of the driver's own. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error };
    this.#wake();
  };

  readonly #advance = (): void => this.#wake();

  async #later(): Promise<Uint8Array | null> {
    if (!this.#listening) for (const event of events) this.#readable.on(event, this.#advance);
    this.#listening = true;
    for (;;) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const chunk = this.#next();
      if (chunk !== undefined) return chunk;
    }
  }

  /** What can be said now: a chunk, the end, an error that is thrown, or undefined for not yet. */
  #next(): Uint8Array | null | undefined {
    const readable = this.#readable;
    const chunk: unknown = !this.#failure || readable.readableLength > 0 ? readable.read() : null;
    if (chunk !== null) return asChunk(chunk);
    if (!readable.readableEnded) {
      const error = this.#failure ? this.#failure.error : readable.errored;
      if (!this.#failure && !error && !readable.destroyed) return undefined;
      this.#release();
      throw error ?? new ConnectionLostError('The stream was closed before its end');
    }
    this.#release();
    return null;
  }

  #release(): void {
    const readable = this.#readable;
    for (const event of events) readable.off(event, this.#advance);
    readable.off('error', this.fail);
    // One may be yet to come.
    if (!readable.readableEnded) readable.on('error', ignore);
  }
}
