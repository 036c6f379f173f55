import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { ignore } from '../../lib/body/ignore.ts';
import type { ServerConnection } from '../../lib/http/connection.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { serveConnection } from '../../lib/http/serve-connection.ts';
import type { ServeOptions as ConnectionOptions } from '../../lib/http/serve-options.ts';
import { fromSocket } from './from-socket.ts';

export interface NodeServeOptions extends ConnectionOptions {
  /** Default: any free one. */
  port?: number | undefined;
  /** Default: every address. */
  hostname?: string | undefined;
  /** Serves TLS. `key` and `cert` as PEM, and all else that `tls.createServer` takes. */
  tls?: TlsOptions | undefined;
  /** Aborting aborts the server with all its connections. */
  signal?: AbortSignal | undefined;
  /** Called once it listens. */
  onListen?: ((address: { port: number; url: string }) => void) | undefined;
}

/** A server that listens. */
export interface NodeServer {
  readonly port: number;
  readonly url: string;
  /** The connections that are open. */
  readonly connections: ReadonlySet<ServerConnection>;
  /** Takes no new connection, finishes what is open, and fulfils when the last connection is closed. */
  close(): Promise<void>;
  /** Ends everything at once. */
  abort(reason?: unknown): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves a fetch handler on a port, over TCP or TLS.
 *
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options Sizes in bytes, times in ms.
 * @throws What listening fails with (EADDRINUSE …).
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
export async function serve(handler: Handler, options: NodeServeOptions = {}): Promise<NodeServer> {
  const { port = 0, hostname, tls, signal, onListen, ...rest } = options;
  signal?.throwIfAborted();
  const connections = new Set<ServerConnection>();
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    const native = rest.native ?? { socket };
    const connection = serveConnection(fromSocket(socket), handler, { ...rest, native });
    connections.add(connection);
    const forget = (): void => void connections.delete(connection);
    connection.closed.then(forget, forget);
  };
  const sized = { allowHalfOpen: true, noDelay: true };
  const server: Server =
    tls === undefined
      ? createServer(sized, take)
      : createTlsServer({ ...sized, ALPNProtocols: ['h2', 'http/1.1'], ...tls }, take);
  // Sockets in their TLS handshake are no connections yet.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', ignore).on('close', () => sockets.delete(socket));
  });
  // A half-open socket whose handshake failed would stay forever.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  await listen(server, port, hostname);
  const address = server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://${hostIn(hostname)}:${address.port}/`;
  let closed: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      signal?.removeEventListener('abort', onAbort);
      server.close(() => resolve());
    });
    return closed;
  };
  const abort = (reason?: unknown): void => {
    stop();
    for (const connection of connections) connection.abort(reason);
    for (const socket of sockets) socket.destroy();
  };
  const close = async (): Promise<void> => {
    const stopped = stop();
    const before = [...connections].map((connection) => connection.close());
    await Promise.all(before);
    // What is left are sockets in their TLS handshake.
    for (const socket of sockets) socket.destroy();
    await stopped;
  };
  const onAbort = (): void => abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const running = { port: address.port, url, connections, close, abort } as unknown as NodeServer;
  if (Symbol.asyncDispose) running[Symbol.asyncDispose] = close;
  onListen?.({ port: address.port, url });
  return running;
}

function listen(server: Server, port: number, hostname: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(hostname !== undefined && { host: hostname }) }, () => {
      server.off('error', reject);
      server.on('error', ignore);
      resolve();
    });
  });
}

/** A host that a client on this machine reaches. */
function hostIn(hostname: string | undefined): string {
  if (hostname === undefined || hostname === '0.0.0.0' || hostname === '::') return 'localhost';
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}
