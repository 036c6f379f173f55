import { ignore } from '../../lib/body/ignore.ts';
import { checkHandler } from '../../lib/http/check-handler.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { type FetchHandlerOptions, serveFetch } from '../shared/serve-fetch.ts';
import type { DenoServeInfo } from './deno-api.ts';

/** What `Deno.serve` takes. */
export type DenoHandler = (request: Request, info: DenoServeInfo) => Promise<Response>;

/**
 * A handler for `Deno.serve`. A client that leaves aborts `request.signal` and cancels the response body, with one reason;
 * unlike Deno's own, the signal never aborts after success. A BodyStream in a plain Response may hear Deno's own reason, and
 * is cancelled by Deno once the content-length is out; of another stream there Deno does not tell. `info.native` is what `Deno.serve` gives next to the request.
 * Trailers are dropped: `Deno.serve` has none. Deno prints a note on its own signal once, unless it runs with
 * `--unstable-no-legacy-abort`.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @throws TypeError at the call for a handler that is no function.
 * @see https://docs.deno.com/api/deno/~/Deno.serve
 * @example
 * ```ts deno
 * import { body } from 'sluice';
 * import { respond } from 'sluice/http';
 * import { toDenoHandler } from 'sluice/deno';
 *
 * const handler = toDenoHandler((request, info) => respond(body(['to ', info.remoteAddress ?? ''])));
 * const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 * console.log(await response.text()); // to 127.0.0.1
 * await server.shutdown();
 * ```
 */
export function toDenoHandler(handler: Handler, options: FetchHandlerOptions = {}): DenoHandler {
  checkHandler(handler);
  return (request, native) => {
    const { remoteAddr, completed } = native;
    // Unhandled, it would end the process when a client resets a stream.
    completed.catch(ignore);
    const remoteAddress = 'hostname' in remoteAddr ? remoteAddr.hostname : undefined;
    return serveFetch(handler, request, { ...options, native, remoteAddress, completed });
  };
}
