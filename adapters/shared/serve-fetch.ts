import { BodyCore } from '../../lib/body/body-core.ts';
import { BodyStream } from '../../lib/body/body-stream.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import type { Handler, HandlerInfo } from '../../lib/http/handler.ts';
import { outgoingResponse } from '../../lib/http/outgoing-response.ts';
import { responseParts } from '../../lib/http/respond.ts';

export interface FetchHandlerOptions {
  /** Hears what a handler throws, what a response body fails with, and rejections of `waitUntil`. */
  onError?: ((error: unknown, request?: Request) => void) | undefined;
}

/** What a runtime's own fetch server gives with a request. */
export interface FetchHost extends FetchHandlerOptions {
  readonly native: unknown;
  readonly remoteAddress?: string | undefined;
  /** When a response that is handed over whole has gone out, where the runtime tells. */
  readonly completed?: PromiseLike<void> | undefined;
  waitUntil?(promise: Promise<unknown>): void;
  /** The stream of a body of known length, where the runtime needs one of its own for a content-length. */
  fixedLength?(body: BodyStream, length: number): ReadableStream;
}

/**
 * Answers one request of a server that takes and gives the runtime's own messages. The request stays the runtime's, but for
 * its signal: that aborts only when the client leaves early, with the reason that the response body is cancelled with.
 */
export async function serveFetch(handler: Handler, request: Request, host: FetchHost): Promise<Response> {
  const completed = deferred<void>();
  completed.promise.catch(ignore);
  let controller: AbortController | undefined;
  let body: BodyCore | null = null;
  let lost: Error | undefined;
  let over = false;

  const report = (error: unknown): void => {
    try {
      host.onError?.(error, request);
    } catch {
      // Nobody is left to hear it.
    }
  };
  const lose = (cause: unknown): void => {
    if (over) return;
    over = true;
    lost = new ConnectionLostError('The client left', cause === undefined ? undefined : { cause });
    controller?.abort(lost);
    cancelQuietly(body, lost);
    completed.reject(lost);
  };
  const fail = (error: unknown): void => {
    if (over) return;
    over = true;
    report(error);
    completed.reject(error);
  };
  const finish = (when?: PromiseLike<void>): void => {
    over = true;
    completed.resolve(when);
  };

  // Deno's own aborts after every response, and workerd's only after it has cancelled the response body.
  const { signal } = request;
  signal?.addEventListener('abort', () => lose(signal.reason), { once: true });
  Object.defineProperty(request, 'signal', {
    configurable: true,
    get() {
      controller ??= new AbortController();
      if (lost !== undefined) controller.abort(lost);
      return controller.signal;
    },
  });

  const info: HandlerInfo = {
    remoteAddress: host.remoteAddress,
    encrypted: request.url.startsWith('https:'),
    completed: completed.promise,
    waitUntil(promise) {
      host.waitUntil?.(promise);
      promise.catch(report);
    },
    native: host.native,
  };

  try {
    const response = await handler(request, info);
    const ours = !(response instanceof Response) || responseParts in response;
    // The runtime's own goes as it is: it may be more than a Response (a WebSocket, a file). For HEAD it would be pulled.
    if (!ours && request.method !== 'HEAD') {
      finish(host.completed);
      return response;
    }
    const outgoing = outgoingResponse(response, request.method);
    const { status, statusText, contentLength } = outgoing;
    const headers = new Headers(outgoing.fields as [string, string][]);
    if (contentLength !== undefined) headers.set('content-length', String(contentLength));
    const init = { status, statusText, headers };
    if (!(outgoing.body instanceof BodyCore)) {
      finish(host.completed);
      return new Response(outgoing.body as Uint8Array<ArrayBuffer> | null, init);
    }
    body = outgoing.body;
    if (lost) cancelQuietly(body, lost);
    const stream = watched(body, { lose, fail, finish });
    const fixed = contentLength !== undefined ? host.fixedLength?.(stream, contentLength) : undefined;
    return new Response(fixed ?? stream, init);
  } catch (error) {
    fail(error);
    return new Response(null, { status: 500 });
  }
}

/** A body that tells how it went: read to its end, failed, or left by the client. */
function watched(
  core: BodyCore,
  tell: { lose(cause: unknown): void; fail(error: unknown): void; finish(): void },
): BodyStream {
  return new BodyStream({
    async pull(demand) {
      try {
        const chunk = await core.pull(demand);
        if (chunk === null && core.state === 'ended') tell.finish();
        return chunk;
      } catch (error) {
        tell.fail(error);
        throw error;
      }
    },
    cancel: tell.lose,
  });
}
