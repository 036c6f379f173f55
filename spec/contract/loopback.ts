import type { ClientConnection, ConnectOptions, Handler, ServeOptions } from '../../lib/http/mod.ts';
import type { OpenSockets } from './contract.ts';

/** What the adapters of Node, Deno and Bun have in common. */
export interface SocketAdapter {
  serve(
    handler: Handler,
    options: ServeOptions & { hostname: string },
  ): Promise<{ readonly url: string; close(): Promise<void>; abort(reason?: unknown): void }>;
  connect(url: string, options: Omit<ConnectOptions, 'origin'>): Promise<ClientConnection>;
}

/** A server on a free port of this machine, and a connection to it. */
export const loopback =
  ({ serve, connect }: SocketAdapter): OpenSockets =>
  async (protocol, handler, options) => {
    const server = await serve(handler, { hostname: '127.0.0.1', ...options.serve });
    return { server, client: await connect(server.url, { protocol, ...options.connect }) };
  };
