import { ignore } from '../../lib/body/ignore.ts';
import { alpnOf } from '../../lib/http/alpn-of.ts';
import { checkServing } from '../../lib/http/check-serving.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { type ListenOptions, type RunningServer, runningServer } from '../../lib/http/running-server.ts';
import { serveConnection } from '../../lib/http/serve-connection.ts';
import { Handshakes } from '../shared/handshakes.ts';
import { onHost } from '../shared/on-host.ts';
import { type DenoConn, denoApi } from './deno-api.ts';
import { fromConn } from './from-conn.ts';

export interface DenoServeOptions extends ListenOptions {
  /** Serves TLS. `key` and `cert` as PEM. */
  tls?: { readonly key: string; readonly cert: string } | undefined;
}

/**
 * Serves a fetch handler on a port of Deno, over TCP or TLS, by Sluice's own HTTP/1.1 and HTTP/2: trailers and the flow of every body
 * included. `info.native` is `{ conn }`.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options Sizes in bytes, times in ms.
 * @throws What listening fails with (EADDRINUSE …), or the reason of `signal`. TypeError or RangeError for what can't be.
 * @example
 * ```ts deno
 * import { respond } from 'sluice/http';
 * import { serve } from 'sluice/deno';
 *
 * const server = await serve((request) => respond(`${request.method} ${new URL(request.url).pathname}`), {
 *   hostname: '127.0.0.1',
 * });
 * const response = await fetch(`${server.url}hello`);
 * console.log(response.status, await response.text()); // 200 GET /hello
 * await server.close();
 * ```
 */
export async function serve(handler: Handler, options: DenoServeOptions = {}): Promise<RunningServer> {
  const { port = 0, hostname, tls, signal, onListen, ...rest } = options;
  checkServing(handler, options);
  const { build, listen, listenTls } = denoApi();
  const listener = onHost(hostname, build.os === 'windows', (host) => {
    const at = { port, hostname: host };
    return tls ? listenTls({ ...at, ...tls, alpnProtocols: alpnOf(rest.protocol, true) }) : listen(at);
  });
  const { addr } = listener;
  const handshakes = new Handshakes<DenoConn>((conn) => conn.close(), rest);
  const { server, add } = runningServer(
    {
      port: 'port' in addr ? addr.port : port,
      encrypted: tls !== undefined,
      stop: () => listener.close(),
      drop: handshakes.drop,
    },
    options,
  );
  const take = async (conn: DenoConn): Promise<void> => {
    handshakes.begin(conn);
    try {
      const alpn = (await conn.handshake?.())?.alpnProtocol ?? undefined;
      conn.setNoDelay?.(true);
      add(serveConnection(fromConn(conn, { alpn }), handler, { native: { conn }, ...rest }));
    } catch {
      conn.close();
    } finally {
      handshakes.end(conn);
    }
  };
  const accept = async (): Promise<void> => {
    for await (const conn of listener) take(conn).catch(ignore);
  };
  accept().catch(ignore);
  return server;
}
