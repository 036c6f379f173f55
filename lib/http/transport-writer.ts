import type { Clock } from '../body/clock.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import type { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import type { Transport } from './transport.ts';
import { writeDeadline } from './write-deadline.ts';

/** What waits to be written. */
export interface Pieces {
  readonly queued: number;
  take(): Uint8Array[];
  /** Nobody needs any more what was taken. */
  reuse(): void;
}

/** How long the transport may take for one write. */
export interface WriteSettings {
  readonly clock: Clock;
  readonly writeTimeout?: number | undefined;
}

/** Hands what a connection has to write to its transport, and knows whether that has room. */
export class TransportWriter {
  bytesWritten = 0;
  /** The transport has no room; fulfils when it has, or never will. */
  blocked: Promise<void> | null = null;
  readonly #io: Transport;
  readonly #pieces: Pieces;
  readonly #settings: WriteSettings;
  readonly #onFail: (error: unknown) => void;
  readonly #onLate: (error: BodyTimeoutError) => void;

  /**
   * @param onFail A write has failed: it was not taken, nor is any other.
   * @param onLate It took longer than `writeTimeout`.
   */
  constructor(
    io: Transport,
    pieces: Pieces,
    settings: WriteSettings,
    onFail: (error: unknown) => void,
    onLate: (error: BodyTimeoutError) => void = onFail,
  ) {
    this.#io = io;
    this.#pieces = pieces;
    this.#settings = settings;
    this.#onFail = onFail;
    this.#onLate = onLate;
  }

  /** Hands over all that waits, and calls back once it was taken. A promise: the transport has no room until it settles. */
  flush(taken: () => void = ignore): void | Promise<void> {
    const pieces = this.#pieces;
    const done = (): void => {
      if (this.#io.flushed) pieces.reuse();
      taken();
    };
    if (pieces.queued === 0) return taken();
    this.bytesWritten += pieces.queued;
    try {
      const write = this.#io.write(pieces.take());
      if (!isPromise(write)) return done();
      const { clock, writeTimeout } = this.#settings;
      writeDeadline(write, clock, writeTimeout, this.#onLate);
      const free = (): void => {
        if (this.blocked === blocked) this.blocked = null;
      };
      const blocked = write.then(
        () => {
          free();
          done();
        },
        (error) => {
          free();
          this.#onFail(error);
        },
      );
      this.blocked = blocked;
      return blocked;
    } catch (error) {
      return this.#onFail(error);
    }
  }
}
