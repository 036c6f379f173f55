import type { Deferred } from '../body/deferred.ts';
import { handled } from '../body/handled.ts';
import { ignore } from '../body/ignore.ts';
import type { Failure } from './connection-base.ts';
import type { HandlerInfo } from './handler.ts';
import type { Transport } from './transport.ts';

/** What an exchange tells and does for its handler. */
export interface ExchangeLike {
  readonly connectProtocol?: string | undefined;
  readonly native: unknown;
  report(error: unknown): void;
  inform(status: number, headers: HeadersInit | undefined): void;
}

/** A HandlerInfo that costs nothing until it is asked. Its functions can be taken out of it. */
export class ExchangeInfo implements HandlerInfo {
  readonly protocol: 'http/1.1' | 'h2';
  readonly path: '*' | undefined;
  readonly #exchange: ExchangeLike;
  readonly #io: Pick<Transport, 'info'>;
  /** Work that is not over yet. */
  #waits: Promise<unknown>[] | undefined;
  #completed: Deferred<void> | undefined;
  /** How the response has ended. */
  #end: Failure | undefined;

  /** @param path Of the request's target. */
  constructor(
    exchange: ExchangeLike,
    io: Pick<Transport, 'info'>,
    protocol: 'http/1.1' | 'h2',
    path: string,
  ) {
    this.#exchange = exchange;
    this.#io = io;
    this.protocol = protocol;
    this.path = path === '*' ? path : undefined;
  }

  get remoteAddress(): string | undefined {
    return this.#io.info?.remoteAddress;
  }

  get encrypted(): boolean {
    return this.#io.info?.encrypted ?? false;
  }

  get connectProtocol(): string | undefined {
    return this.#exchange.connectProtocol;
  }

  get completed(): Promise<void> {
    if (this.#completed === undefined) {
      this.#completed = handled();
      this.#tell();
    }
    return this.#completed.promise;
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

  /** The last byte was written, or this is why not; the first that is said counts. */
  settle(end: Failure): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#tell();
  }

  #tell(): void {
    if (this.#end) this.#completed?.reject(this.#end.reason);
    else if (this.#end === null) this.#completed?.resolve();
  }
}
