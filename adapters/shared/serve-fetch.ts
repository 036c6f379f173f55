import { BodyCore } from '../../lib/body/body-core.ts';
import { BodyStream } from '../../lib/body/body-stream.ts';
import { coreOf } from '../../lib/body/core-of.ts';
import { ignore } from '../../lib/body/ignore.ts';
import type { Handler } from '../../lib/http/handler.ts';
import type { Took } from '../../lib/http/in-turns.ts';
import { outgoingResponse } from '../../lib/http/outgoing-response.ts';
import { responseParts } from '../../lib/http/respond.ts';
import { HostedExchange } from './hosted-exchange.ts';

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
  /** Whether the request has left HTTP: it needs no response. */
  taken?(): boolean;
  /** Where the runtime pulls on for as long as it finds takers: has a body wait until the others had their turn. */
  readonly took?: Took;
  /** Whether the runtime answers HEAD with this as it would GET, and cancels the body unread. */
  heads?(response: Response): boolean;
}

/**
 * Answers one request of a server that takes and gives the runtime's own messages. The request stays the runtime's, but for
 * its signal: that aborts only when the client leaves early, with the reason that the response body is cancelled with.
 */
export async function serveFetch(handler: Handler, request: Request, host: FetchHost): Promise<Response> {
  const exchange = new HostedExchange(host.onError);
  let handed: Response | undefined;
  /** The runtime sends a response by itself, and tells by `completed` when that is over, where it does. */
  const handOver = (response: Response): Response => {
    handed = response;
    if (host.completed)
      host.completed.then(
        () => exchange.finish(),
        (error) => exchange.lose(error),
      );
    else exchange.finish(true);
    return response;
  };
  // workerd's own aborts only after it has cancelled the response body, and Deno's after every response: there a body tells.
  const left = async (): Promise<void> => {
    // Deno's aborts in `upgradeWebSocket()` too, and all is sent then. It must not be asked for the headers of the request any more.
    if (!handed && host.completed) {
      host.completed.then(() => exchange.finish(), ignore);
      for (let turn = 0; turn < 3; turn++) await undefined;
    }
    const core = coreOf(handed?.body);
    if (handed && (core ? wasRead(core, handed.headers) : host.completed)) return;
    if (core) exchange.send(core);
    exchange.lose(signal.reason);
  };
  const { signal } = request;
  signal?.addEventListener('abort', left, { once: true });
  Object.defineProperty(request, 'signal', { configurable: true, get: () => exchange.signal });

  try {
    const response = await exchange.ask(handler, request, {
      remoteAddress: host.remoteAddress,
      encrypted: request.url.startsWith('https:'),
      completed: exchange.completed,
      waitUntil(promise) {
        host.waitUntil?.(promise);
        Promise.resolve(promise).catch(exchange.report);
      },
      native: host.native,
    });
    if (response === undefined && host.taken?.()) {
      exchange.finish();
      return response;
    }
    const ours = !(response instanceof Response) || responseParts in response;
    // The runtime's own goes as it is: it may be more than a Response (a WebSocket, a file). For HEAD most would pull it.
    if (!ours && (request.method !== 'HEAD' || host.heads?.(response))) {
      if (response.status !== 101) return handOver(response);
      // After an upgrade nothing of it is left to send.
      exchange.finish();
      return response;
    }
    const { status, statusText, fields, body, contentLength } = outgoingResponse(response, request.method);
    const headers = new Headers(fields as [string, string][]);
    if (contentLength !== undefined) headers.set('content-length', String(contentLength));
    // workerd would send an empty phrase, and knows its own where none is given.
    const init = { status, headers, ...(statusText && { statusText }) };
    if (!(body instanceof BodyCore)) {
      // With no body the runtimes add a length of 0, which that of a GET would not have (RFC 9110 section 8.6).
      const unknown = body === null && contentLength === undefined && status !== 204 && status !== 304;
      return handOver(new Response(unknown ? empty() : (body as Uint8Array<ArrayBuffer> | null), init));
    }
    exchange.send(body);
    const stream = watched(body, exchange, host);
    const fixed = contentLength !== undefined ? host.fixedLength?.(stream, contentLength) : undefined;
    return new Response(fixed ?? stream, init);
  } catch (error) {
    exchange.fail(error);
    return new Response(null, { status: 500 });
  }
}

/** Nothing, which is not known before it is read. */
const empty = (): ReadableStream =>
  new ReadableStream({ pull: (controller) => controller.close() }, { highWaterMark: 0 });

/** Whether a body was read to its end, or as far as its message said: Deno reads no further. */
function wasRead({ state, counts }: BodyCore, headers: Headers): boolean {
  const declared = headers.get('content-length');
  return state === 'ended' || (declared !== null && counts.delivered >= Number(declared));
}

/** A body that tells how it went: read to its end, failed, or left by the client. */
function watched(core: BodyCore, exchange: HostedExchange, host: FetchHost): BodyStream {
  let pulling = false;
  const pull = async (demand: number): Promise<Uint8Array | null> => {
    pulling = true;
    try {
      const chunk = await core.pull(demand);
      const turn = chunk && host.took?.([chunk]);
      if (turn) await turn;
      if (!chunk && core.state === 'ended') exchange.finish();
      // Deno pulls on while it still holds what it got, whose memory the source may fill again.
      return chunk && !core.transfer ? new Uint8Array(chunk) : chunk;
    } catch (error) {
      exchange.fail(error);
      throw error;
    } finally {
      pulling = false;
    }
  };
  return new BodyStream({
    pull,
    cancel(reason) {
      if (core.counts.delivered !== core.byteLength) return exchange.lose(reason);
      // Deno takes no more than the declared length, and cancels in place of reading the end: the source still comes to it.
      exchange.finish();
      if (!pulling) pull(0).catch(ignore);
    },
  });
}
