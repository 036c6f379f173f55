import { alpnOf } from '../../lib/http/alpn-of.ts';
import { checkServing } from '../../lib/http/check-serving.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { type ListenOptions, type RunningServer, runningServer } from '../../lib/http/running-server.ts';
import { serveConnection } from '../../lib/http/serve-connection.ts';
import { Handshakes } from '../shared/handshakes.ts';
import { onHost } from '../shared/on-host.ts';
import { type BunSocket, bunApi } from './bun-api.ts';
import { bunSocketHandlers, fromBunSocket } from './from-bun-socket.ts';
import { wireNames } from './wire-names.ts';

export interface BunServeOptions extends ListenOptions {
  /** Serves TLS. `key` and `cert` as PEM. */
  tls?: { readonly key: string; readonly cert: string } | undefined;
}

/**
 * Serves a fetch handler on a port of Bun, over TCP or TLS, by Sluice's own HTTP/1.1 and HTTP/2: trailers, lengths and the flow of every
 * body included. `info.native` is `{ socket }`.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options Sizes in bytes, times in ms.
 * @throws What listening fails with (EADDRINUSE …), or the reason of `signal`. TypeError or RangeError for what can't be.
 * @example
 * ```ts bun
 * import { respond } from 'sluice/http';
 * import { serve } from 'sluice/bun';
 *
 * const server = await serve((request) => respond(`${request.method} ${new URL(request.url).pathname}`), {
 *   hostname: '127.0.0.1',
 * });
 * const response = await fetch(`${server.url}hello`);
 * console.log(response.status, await response.text()); // 200 GET /hello
 * await server.close();
 * ```
 */
export async function serve(handler: Handler, options: BunServeOptions = {}): Promise<RunningServer> {
  const { port = 0, hostname, tls, signal, onListen, ...rest } = options;
  checkServing(handler, options);
  const take = (socket: BunSocket): void => {
    socket.setNoDelay(true);
    add(serveConnection(fromBunSocket(socket, tls !== undefined), handler, { native: { socket }, ...rest }));
  };
  const handshakes = new Handshakes<BunSocket>((one) => one.terminate(), rest);
  const socket = {
    ...bunSocketHandlers,
    // Over TLS the protocol is known after the handshake.
    ...(tls
      ? {
          open: (one: BunSocket) => handshakes.begin(one),
          handshake(one: BunSocket, success: boolean) {
            handshakes.end(one);
            if (success) take(one);
            else one.terminate();
          },
          close(one: BunSocket, error?: Error) {
            handshakes.end(one);
            bunSocketHandlers.close?.(one, error);
          },
        }
      : { open: take }),
  };
  const listener = onHost(hostname, false, (host) =>
    bunApi().listen({
      hostname: host,
      port,
      allowHalfOpen: true,
      ...(tls && { tls: { ...tls, ALPNProtocols: wireNames(alpnOf(rest.protocol, true)) } }),
      socket,
    }),
  );
  const { server, add } = runningServer(
    {
      port: listener.port,
      encrypted: tls !== undefined,
      stop: () => listener.stop(),
      drop: handshakes.drop,
    },
    options,
  );
  return server;
}
