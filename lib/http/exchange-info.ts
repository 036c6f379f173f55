import { ignore } from '../body/ignore.ts';
import type { HandlerInfo } from './handler.ts';
import type { Transport } from './transport.ts';

/** What an exchange tells and does for its handler. */
export interface ExchangeLike {
  readonly path: '*' | undefined;
  readonly connectProtocol?: string | undefined;
  readonly completed: Promise<void>;
  readonly native: unknown;
  report(error: unknown): void;
  inform(status: number, headers: HeadersInit | undefined): void;
}

/** A HandlerInfo that costs nothing until it is asked. Its functions can be taken out of it. */
export class ExchangeInfo implements HandlerInfo {
  readonly protocol: 'http/1.1' | 'h2';
  /** Work that is not over yet. */
  readonly #exchange: ExchangeLike;
  readonly #io: Pick<Transport, 'info'>;
  #waits: Promise<unknown>[] | undefined;

  constructor(exchange: ExchangeLike, io: Pick<Transport, 'info'>, protocol: 'http/1.1' | 'h2') {
    this.#exchange = exchange;
    this.#io = io;
    this.protocol = protocol;
  }

  get remoteAddress(): string | undefined {
    return this.#io.info?.remoteAddress;
  }

  get encrypted(): boolean {
    return this.#io.info?.encrypted ?? false;
  }

  get path(): '*' | undefined {
    return this.#exchange.path;
  }

  get connectProtocol(): string | undefined {
    return this.#exchange.connectProtocol;
  }

  get completed(): Promise<void> {
    return this.#exchange.completed;
  }

  get native(): unknown {
    return this.#exchange.native;
  }

  get waitUntil(): (promise: Promise<unknown>) => void {
    return (promise) => {
      const done = Promise.resolve(promise).then(ignore, (error) => this.#exchange.report(error));
      this.#waits ??= [];
      this.#waits.push(done);
    };
  }

  get sendInformational(): (status: number, headers?: HeadersInit) => void {
    return (status, headers) => this.#exchange.inform(status, headers);
  }

  /** Fulfils when what `waitUntil` was given is over; undefined when it was given nothing. */
  get waits(): Promise<unknown> | undefined {
    return this.#waits && Promise.all(this.#waits);
  }
}
