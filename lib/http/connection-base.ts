import { handled } from '../body/handled.ts';
import { ignore } from '../body/ignore.ts';
import { onAbort } from '../body/on-abort.ts';
import { ClosedError } from '../errors/closed-error.ts';
import type { Connection, ConnectionStats, Protocol } from './connection.ts';

/** Why a connection ended, where it did not end cleanly. */
export type Failure = { readonly reason: unknown } | null;

/** What every connection has, whatever its protocol and its side: how it ends, and the signal that ends it. */
export abstract class ConnectionBase implements Connection {
  abstract readonly protocol: Promise<Protocol>;
  abstract readonly stats: ConnectionStats;
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #closed = handled<void>();
  readonly #signal: AbortSignal | undefined;
  /** Obeys the signal no more. */
  #unfollow = ignore;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  close(): Promise<void> {
    this.leave();
    return this.closed.catch(ignore);
  }

  abort(reason: unknown = new ClosedError(undefined, 'The connection was aborted')): void {
    this.lose(reason);
  }

  /** Finishes what is open, and takes nothing new. */
  protected abstract leave(): void;

  /** Ends at once. */
  protected abstract lose(reason: unknown): void;

  /** Obeys the signal. */
  protected follow(): void {
    this.#unfollow = onAbort(this.#signal, (reason) => this.abort(reason));
  }

  /** The connection is over. */
  protected settle(failure: Failure): void {
    this.#unfollow();
    if (failure) this.#closed.reject(failure.reason);
    else this.#closed.resolve();
  }
}

if (Symbol.asyncDispose) {
  Object.defineProperty(ConnectionBase.prototype, Symbol.asyncDispose, {
    value(this: ConnectionBase) {
      return this.close();
    },
  });
}
