import { checkHandler } from '../../lib/http/check-handler.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { type FetchHandlerOptions, serveFetch } from '../shared/serve-fetch.ts';
import { fixedLength } from './fixed-length.ts';
import type { WorkerContext } from './worker-api.ts';

/** What a Worker exports by default. */
export interface ExportedHandler<Env = unknown> {
  fetch(request: Request, env: Env, ctx: WorkerContext): Promise<Response>;
}

/**
 * What a Worker exports by default. `info.native` is `{ env, ctx }`, and `info.waitUntil` that of `ctx`. A client that
 * leaves aborts `request.signal` and cancels the response body, with one reason (the body of a plain Response hears workerd's
 * own, and `info.completed` fulfils at once). A body of known length goes out with a content-length. Trailers are dropped:
 * Workers have none.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @throws TypeError at the call for a handler that is no function.
 * @see https://developers.cloudflare.com/workers/runtime-apis/handlers/fetch/
 * @example
 * ```ts workerd
 * import { respond } from 'sluice/http';
 * import { toExportedHandler, type WorkerNative } from 'sluice/workerd';
 *
 * export default toExportedHandler((request, info) => {
 *   const { env } = info.native as WorkerNative<{ NAME?: string }>;
 *   return respond(`hello ${env.NAME ?? new URL(request.url).pathname}`);
 * });
 * ```
 */
export function toExportedHandler<Env = unknown>(
  handler: Handler,
  options: FetchHandlerOptions = {},
): ExportedHandler<Env> {
  checkHandler(handler);
  return {
    fetch: (request, env, ctx) =>
      serveFetch(handler, request, {
        ...options,
        native: { env, ctx },
        waitUntil: (promise) => ctx.waitUntil(promise),
        fixedLength,
      }),
  };
}
