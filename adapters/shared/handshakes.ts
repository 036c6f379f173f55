import { systemClock } from '../../lib/body/clock.ts';
import { HTTP_LIMITS } from '../../lib/http/limits.ts';
import type { ServeOptions } from '../../lib/http/serve-options.ts';

/** The connections of a server that are in their TLS handshake. One that takes longer than a request head may is closed. */
export class Handshakes<T> {
  readonly #timers = new Map<T, unknown>();
  readonly #close: (connection: T) => void;
  readonly #options: ServeOptions;

  constructor(close: (connection: T) => void, options: ServeOptions) {
    this.#close = close;
    this.#options = options;
  }

  begin(connection: T): void {
    const { clock = systemClock, headersTimeout = HTTP_LIMITS.headersTimeout } = this.#options;
    this.#timers.set(
      connection,
      clock.setTimeout(() => this.#close(connection), headersTimeout),
    );
  }

  /** It has ended, well or not. */
  end(connection: T): void {
    const { clock = systemClock } = this.#options;
    clock.clearTimeout(this.#timers.get(connection));
    this.#timers.delete(connection);
  }

  /** Closes all that are under way. */
  readonly drop = (): void => {
    for (const connection of this.#timers.keys()) this.#close(connection);
  };
}
