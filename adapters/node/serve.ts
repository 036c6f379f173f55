import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { ignore } from '../../lib/body/ignore.ts';
import { alpnOf } from '../../lib/http/alpn-of.ts';
import { checkServing } from '../../lib/http/check-serving.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { type ListenOptions, type RunningServer, runningServer } from '../../lib/http/running-server.ts';
import { serveConnection } from '../../lib/http/serve-connection.ts';
import { fromSocket } from './from-socket.ts';
import { insecurityOf } from './insecurity-of.ts';
import { knownBody } from './known-body.ts';

export interface NodeServeOptions extends ListenOptions {
  /** Serves TLS. `key` and `cert` as PEM, and all else that `tls.createServer` takes. */
  tls?: TlsOptions | undefined;
}

/**
 * Serves a fetch handler on a port, over TCP or TLS. `info.native` is `{ socket }`.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options Sizes in bytes, times in ms.
 * @throws What listening fails with (EADDRINUSE …), or the reason of `signal`. TypeError or RangeError for what can't be.
 * @example
 * ```ts
 * import { respond } from 'sluice/http';
 * import { serve } from 'sluice/node';
 *
 * const server = await serve((request) => respond(`${request.method} ${new URL(request.url).pathname}`), { port: 0 });
 * const response = await fetch(`${server.url}hello`);
 * console.log(response.status, await response.text()); // 200 GET /hello
 * await server.close();
 * ```
 */
export async function serve(handler: Handler, options: NodeServeOptions = {}): Promise<RunningServer> {
  const { port = 0, hostname, tls, signal, onListen, ...rest } = options;
  checkServing(handler, options);
  const known = knownBody(handler);
  const sized = { allowHalfOpen: true, noDelay: true };
  const take = (socket: Socket): void => {
    if (insecurityOf(socket)) socket.destroy();
    else add(serveConnection(fromSocket(socket), known, { native: { socket }, ...rest }));
  };
  const listener = tls
    ? createTlsServer(
        {
          ...sized,
          ALPNProtocols: alpnOf(rest.protocol, true),
          handshakeTimeout: rest.headersTimeout,
          ...tls,
        },
        take,
      )
    : createServer(sized, take);
  // Sockets in their TLS handshake are no connections yet.
  const sockets = new Set<Socket>();
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', ignore).on('close', () => sockets.delete(socket));
  });
  // A half-open socket whose handshake failed would stay forever.
  listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  listener.listen({ port, host: hostname });
  await once(listener, 'listening');
  listener.on('error', ignore);
  const { server, add } = runningServer(
    {
      port: (listener.address() as AddressInfo).port,
      encrypted: tls !== undefined,
      async stop() {
        await once(listener.close(), 'close');
      },
      drop() {
        for (const socket of sockets) socket.destroy();
      },
    },
    options,
  );
  return server;
}
