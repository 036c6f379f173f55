import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { checkBytes } from '../../lib/body/check-bytes.ts';
import { checkHandler } from '../../lib/http/check-handler.ts';
import type { FetchAPI } from '../../lib/http/fetch-api.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { NodeExchange } from './node-exchange.ts';

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
 * Mounted in Express or connect, `request.url` is the one that was asked for; a body that a parser has read before can't be
 * read again.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options `drainLimit` in bytes, `drainTimeout` in ms.
 * @throws TypeError, RangeError at the call for what can't be.
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
  const { highWaterMark = 0, ...rest } = options;
  checkHandler(handler);
  checkBytes(highWaterMark, 'highWaterMark');
  const settings = { ...serverSettings(rest, false), highWaterMark };
  return (req, res) =>
    new NodeExchange(req as IncomingMessage, res as ServerResponse, handler, settings).run();
}
