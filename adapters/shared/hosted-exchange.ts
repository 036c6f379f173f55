import type { BodyCore } from '../../lib/body/body-core.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { handled } from '../../lib/body/handled.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import type { Handler, HandlerInfo } from '../../lib/http/handler.ts';

/**
 * One exchange of a server that is not Sluice's own, but its runtime's. When the client leaves, `request.signal`, the response
 * body and `completed` hear it at once and with one reason.
 */
export class HostedExchange {
  readonly #onError: ((error: unknown, request?: Request) => void) | undefined;
  readonly #completed = handled<void>();
  #request: Request | undefined;
  #controller: AbortController | undefined;
  #body: BodyCore | null = null;
  #lost: Error | undefined;
  #over = false;

  constructor(onError?: (error: unknown, request?: Request) => void) {
    this.#onError = onError;
  }

  get completed(): Promise<void> {
    return this.#completed.promise;
  }

  /** Why the client is gone. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#lost) this.#controller.abort(this.#lost);
    return this.#controller.signal;
  }

  /** What the handler answers. What it throws is reported, also when the client has left. */
  async ask(handler: Handler, request: Request, info: HandlerInfo): Promise<Response> {
    this.#request = request;
    try {
      return await handler(request, info);
    } catch (error) {
      this.report(error);
      this.#end(error);
      throw error;
    }
  }

  /** The body of the response. One that comes when the client has left is cancelled. */
  send(body: BodyCore): void {
    this.#body = body;
    if (this.#lost) cancelQuietly(body, this.#lost);
  }

  lose(cause?: unknown): void {
    if (this.#over) return;
    this.#lost = new ConnectionLostError('The client left', cause ? { cause } : undefined);
    this.#controller?.abort(this.#lost);
    this.#end(this.#lost);
  }

  /** The response or its body has failed. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.report(error);
    this.#end(error);
  }

  /** `open`: a client that leaves can still be told. */
  finish(open = false): void {
    this.#over = !open;
    this.#completed.resolve();
  }

  readonly report = (error: unknown): void => {
    try {
      this.#onError?.(error, this.#request);
    } catch {
      // Nobody is left to hear it.
    }
  };

  #end(reason: unknown): void {
    this.#over = true;
    if (this.#body) cancelQuietly(this.#body, reason);
    this.#completed.reject(reason);
  }
}
