import type { Readable } from 'node:stream';
import { asChunk } from '../../lib/body/as-chunk.ts';
import type { BodySource } from '../../lib/body/body-source.ts';
import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import { toError } from './to-error.ts';

/** A Node Readable as a source: read on demand, in paused mode, so that it holds no more than its own highWaterMark. */
export class NodeReadableSource implements BodySource {
  readonly #readable: Readable;
  readonly #destroys: boolean;
  #waiting: Deferred<Uint8Array | null> | null = null;
  #listening = false;
  #failure: { readonly error: unknown } | null = null;
  #over = false;

  /** `destroys`: cancel destroys the Readable. A server's request must not take its response along. */
  constructor(readable: Readable, destroys = true) {
    this.#readable = readable;
    this.#destroys = destroys;
    // Without a listener an error before the first read would be an uncaught exception.
    readable.on('error', this.#onError);
  }

  pull(): Uint8Array | null | Promise<Uint8Array | null> {
    const chunk = this.#next();
    if (chunk !== undefined) return chunk;
    if (!this.#listening) {
      this.#listening = true;
      this.#readable.on('readable', this.#advance).on('end', this.#advance).on('close', this.#advance);
      // Listening may itself have made something readable.
      const early = this.#next();
      if (early !== undefined) return early;
    }
    this.#waiting = deferred();
    return this.#waiting.promise;
  }

  cancel(reason: unknown): void {
    this.#release();
    if (!this.#destroys || this.#readable.destroyed) return;
    this.#readable.on('error', ignore);
    this.#readable.destroy(reason === undefined ? undefined : toError(reason));
  }

  /** Fails the body with a reason of the driver's own. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#failure ??= { error };
    this.#advance();
  }

  /** What can be said now: a chunk, the end, an error that is thrown, or undefined for not yet. */
  #next(): Uint8Array | null | undefined {
    const readable = this.#readable;
    const chunk: unknown = this.#failure === null || readable.readableLength > 0 ? readable.read() : null;
    if (chunk !== null) return asChunk(chunk);
    if (readable.readableEnded) return this.#end();
    const failure = this.#failure ?? (readable.errored ? { error: readable.errored } : null);
    if (failure === null && !readable.destroyed) return undefined;
    this.#release();
    // Its event may be yet to come.
    readable.on('error', ignore);
    throw failure === null ? new ConnectionLostError('The stream was closed before its end') : failure.error;
  }

  readonly #onError = (error: unknown): void => {
    this.#failure ??= { error };
    this.#advance();
  };

  readonly #advance = (): void => {
    const waiting = this.#waiting;
    if (waiting === null) return;
    try {
      const chunk = this.#next();
      if (chunk === undefined) return;
      this.#waiting = null;
      waiting.resolve(chunk);
    } catch (error) {
      this.#waiting = null;
      waiting.reject(error);
    }
  };

  #end(): null {
    this.#release();
    return null;
  }

  #release(): void {
    this.#over = true;
    const readable = this.#readable;
    readable.off('readable', this.#advance).off('end', this.#advance).off('close', this.#advance);
    readable.off('error', this.#onError);
  }
}
