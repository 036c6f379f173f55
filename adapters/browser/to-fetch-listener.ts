import { checkFunction } from '../../lib/errors/check-function.ts';
import { checkHandler } from '../../lib/http/check-handler.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { type FetchHandlerOptions, serveFetch } from '../shared/serve-fetch.ts';

/** The `fetch` event of a service worker. */
export interface FetchEventLike {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(promise: Promise<unknown>): void;
}

export interface FetchListenerOptions extends FetchHandlerOptions {
  /** Which requests the handler answers; the others go to the network. Default: those of the worker's own origin. */
  matches?: ((request: Request) => boolean) | undefined;
}

/**
 * A listener of the `fetch` event of a service worker, so that a handler serves pages offline. `info.native` is the event.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @throws TypeError at the call for a handler that is no function.
 * @see https://w3c.github.io/ServiceWorker/#service-worker-global-scope-fetch-event
 * @example
 * ```ts service-worker
 * import { respond } from 'sluice/http';
 * import { toFetchListener } from 'sluice/browser';
 *
 * const listener = toFetchListener((request) => respond(`offline: ${new URL(request.url).pathname}`));
 * self.addEventListener('fetch', listener as (event: Event) => void);
 * ```
 */
export function toFetchListener(
  handler: Handler,
  options: FetchListenerOptions = {},
): (event: FetchEventLike | Event) => void {
  checkHandler(handler);
  const { matches = sameOrigin } = options;
  checkFunction(matches, 'matches');
  return (from) => {
    const event = from as FetchEventLike;
    const { request } = event;
    if (!matches(request)) return;
    const waitUntil = (promise: Promise<unknown>): void => event.waitUntil(promise);
    event.respondWith(serveFetch(handler, request, { ...options, native: event, waitUntil }));
  };
}

function sameOrigin(request: Request): boolean {
  return new URL(request.url).origin === globalThis.location?.origin;
}
