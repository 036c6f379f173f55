import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { BodyCore } from '../../lib/body/body-core.ts';
import { deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import type { FetchAPI } from '../../lib/http/fetch-api.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { lightRequest } from '../../lib/http/light-request.ts';
import { type OutgoingResponse, outgoingResponse } from '../../lib/http/outgoing-response.ts';
import { trailerFields } from '../../lib/http/trailer-fields.ts';
import { drainRequest } from './drain-request.ts';
import { NodeRequest } from './node-request.ts';
import { pump } from './send-body.ts';
import { finished } from './writable-progress.ts';

export interface NodeListenerOptions {
  /** Bytes of the request body read ahead, next to what Node itself holds. Default 0. */
  highWaterMark?: number | undefined;
  /** Bytes of an unread request body to read and drop after the reply. Default 64 KiB. */
  drainLimit?: number | undefined;
  /** ms to go on dropping after that, before the connection is closed. Default 1000. */
  drainTimeout?: number | undefined;
  /** Hears what a handler throws, what a response body fails with, and rejections of `waitUntil`. */
  onError?: ((error: unknown, request?: Request) => void) | undefined;
  /** The fetch classes. Default: the globals. */
  fetchAPI?: FetchAPI | undefined;
}

/** A listener of the `request` event (and `checkContinue`) of a server of `node:http`, `node:https` or `node:http2`. */
export type NodeListener = (
  req: IncomingMessage | Http2ServerRequest,
  res: ServerResponse | Http2ServerResponse,
) => void;

/**
 * Serves a fetch handler from a server of `node:http`, `node:https` or `node:http2` (its compatibility API). The response
 * body is pulled only while the connection drains; a client that leaves aborts `request.signal`, errors the request body and
 * cancels the response body, all with one reason, at once. A body that fails is cut off: the client never sees it finished.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options `drainLimit` in bytes, `drainTimeout` in ms.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { respond } from 'sluice/http';
 * import { toNodeListener } from 'sluice/node';
 *
 * const server = createServer(toNodeListener((request) => respond(`${request.method} ${new URL(request.url).pathname}`)));
 * server.listen(0, async () => {
 *   const { port } = server.address() as import('node:net').AddressInfo;
 *   const response = await fetch(`http://127.0.0.1:${port}/hello`);
 *   console.log(response.status, await response.text()); // 200 GET /hello
 *   server.close();
 * });
 * ```
 */
export function toNodeListener(handler: Handler, options: NodeListenerOptions = {}): NodeListener {
  const { fetchAPI = globalThis, onError = ignore, drainLimit = 65_536, drainTimeout = 1000 } = options;
  const report = (error: unknown, request?: Request): void => {
    try {
      onError(error, request);
    } catch {
      // Nobody is left to hear it.
    }
  };

  return (req, res) => {
    const incoming = new NodeRequest(req as IncomingMessage, res as ServerResponse, options.highWaterMark);
    if (incoming.refusal !== 0) {
      answer(res as ServerResponse, incoming.refusal);
      return;
    }
    const request = lightRequest(incoming, fetchAPI);
    const completed = deferred<void>();
    completed.promise.catch(ignore);
    let body: BodyCore | null = null;

    // The one place that says that the client is gone.
    const lost = incoming.onLost((reason) => {
      if (body !== null) Promise.resolve(body.cancel(reason)).catch(ignore);
      completed.reject(reason);
    });

    const run = async (): Promise<void> => {
      let outgoing: OutgoingResponse;
      try {
        const response = await handler(
          request,
          incoming.info(completed.promise, (error) => report(error, request)),
        );
        outgoing = outgoingResponse(response, req.method ?? 'GET');
      } catch (error) {
        report(error, request);
        completed.reject(error);
        if (!lost.reason) answer(res as ServerResponse, 500);
        return;
      }
      if (outgoing.body instanceof BodyCore) body = outgoing.body;
      if (lost.reason) {
        await body?.cancel(lost.reason.value);
        return;
      }
      await send(res as ServerResponse, outgoing, incoming);
      completed.resolve();
    };

    run()
      .catch((error) => {
        if (!lost.reason) report(error, request);
        completed.reject(error);
        Promise.resolve(body?.cancel(error)).catch(ignore);
        // Once its head is out, the response goes without its end, so that it does not look finished.
        if (!res.headersSent) answer(res as ServerResponse, 500);
        else if (!res.writableFinished) incoming.cut(error, drainTimeout);
      })
      .finally(() => {
        lost.stop();
        drainRequest(incoming, drainLimit, drainTimeout);
      });
  };
}

/** A reply without a body. */
function answer(res: ServerResponse, status: number): void {
  if (res.destroyed) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  res.writeHead(status, { 'content-length': '0' });
  res.end();
}

async function send(res: ServerResponse, outgoing: OutgoingResponse, incoming: NodeRequest): Promise<void> {
  const { status, statusText, body, contentLength } = outgoing;
  const trailers = body instanceof BodyCore && incoming.takesTrailers;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of outgoing.fields) {
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (name === 'set-cookie') headers[name] = [...(Array.isArray(before) ? before : [before]), value];
    else headers[name] = `${String(before)}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  // Trailers go with chunked only (RFC 9112 section 7.1.2).
  const chunked = trailers && !incoming.http2 && body.trailers !== undefined;
  if (contentLength !== undefined && !chunked) headers['content-length'] = String(contentLength);
  if (incoming.http2 || statusText === '') res.writeHead(status, headers);
  else res.writeHead(status, statusText, headers);
  if (body instanceof BodyCore) {
    if (body.byteLength !== 0) res.flushHeaders();
    await pump(res, body, () => incoming.lossReason());
    if (trailers && body.trailers !== undefined) {
      const fields = trailerFields(await body.trailers);
      if (fields.length > 0) res.addTrailers(Object.fromEntries(fields));
    }
  } else if (body !== null) res.write(body);
  await finished(res);
}
