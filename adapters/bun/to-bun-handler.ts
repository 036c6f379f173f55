import { coreOf } from '../../lib/body/core-of.ts';
import { checkHandler } from '../../lib/http/check-handler.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { inTurns } from '../../lib/http/in-turns.ts';
import { type FetchHandlerOptions, serveFetch } from '../shared/serve-fetch.ts';
import type { BunServer } from './bun-api.ts';

/** What `Bun.serve` takes as `fetch`. */
export type BunHandler = (request: Request, server: BunServer) => Promise<Response>;

/**
 * A handler for `Bun.serve`. A client that leaves aborts `request.signal` and cancels the response body, with one reason
 * (another stream than a BodyStream in a plain Response hears Bun's own). `info.completed` of a plain Response fulfils at once.
 * `info.native` is the server. Streams go out chunked, also those of known length, and trailers are dropped: `Bun.serve` has
 * no other way. After `server.upgrade(request)` the handler may return undefined. Bun closes a connection that is quiet for
 * 10 s: for event streams set its `idleTimeout` to 0.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @throws TypeError at the call for a handler that is no function.
 * @see https://bun.com/docs/api/http
 * @example
 * ```ts bun
 * import { body } from 'sluice';
 * import { respond } from 'sluice/http';
 * import { toBunHandler } from 'sluice/bun';
 *
 * const handler = toBunHandler((request, info) => respond(body(['to ', info.remoteAddress ?? ''])));
 * const server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: handler });
 * const response = await fetch(server.url);
 * console.log(await response.text()); // to 127.0.0.1
 * await server.stop();
 * ```
 */
export function toBunHandler(handler: Handler, options: FetchHandlerOptions = {}): BunHandler {
  checkHandler(handler);
  return (request, native) => {
    const remoteAddress = native.requestIP(request)?.address;
    // After `server.upgrade(request)` it has no address any more.
    const taken = (): boolean => native.requestIP(request) === null;
    // The type of a blob or file is among the fields of a HEAD only where someone has asked for those.
    const heads = ({ headers, body, bodyUsed }: Response): boolean => !!headers && !bodyUsed && !coreOf(body);
    return serveFetch(handler, request, {
      ...options,
      native,
      remoteAddress,
      taken,
      heads,
      took: inTurns(setImmediate),
    });
  };
}
