import { alpnOf } from '../../lib/http/alpn-of.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import type { ConnectOptions } from '../../lib/http/connect-options.ts';
import type { ClientConnection } from '../../lib/http/connection.ts';
import { openConnection } from '../../lib/http/open-connection.ts';
import { targetOf } from '../../lib/http/target-of.ts';
import { unlessAborted } from '../shared/unless-aborted.ts';
import { type DenoConn, denoApi } from './deno-api.ts';
import { fromConn } from './from-conn.ts';

export interface DenoConnectOptions extends Omit<ConnectOptions, 'origin'> {
  /** Certificates to trust next to Deno's own, as PEM. */
  caCerts?: string[] | undefined;
}

/**
 * Connects to a server over TCP (`http:`) or TLS (`https:`) from Deno, to send requests over this one connection.
 *
 * @param url Whom to connect to, and what relative URLs resolve to.
 * @param options Sizes in bytes, times in ms.
 * @throws What connecting fails with, or the reason of `signal`. TypeError or RangeError for what can't be.
 * @example
 * ```ts deno
 * import { respond } from 'sluice/http';
 * import { connect, serve } from 'sluice/deno';
 *
 * const server = await serve(() => respond('hello'), { hostname: '127.0.0.1' });
 * const connection = await connect(server.url);
 * console.log(await (await connection.fetch('/')).text()); // hello
 * await connection.close();
 * await server.close();
 * ```
 */
export async function connect(
  url: string | URL,
  options: DenoConnectOptions = {},
): Promise<ClientConnection> {
  const { caCerts, signal, ...rest } = options;
  const { origin, encrypted, hostname, port } = targetOf(url);
  clientSettings({ ...rest, signal }, false, encrypted);
  signal?.throwIfAborted();
  const alpnProtocols = alpnOf(rest.protocol);
  const open = async (): Promise<[DenoConn, string | undefined]> => {
    const plain = await denoApi().connect({ hostname, port });
    // Before TLS, whose connections have no such method: each small write would wait for the delayed ACK of the one before.
    plain.setNoDelay?.(true);
    if (!encrypted) return [plain, undefined];
    const conn = await denoApi().startTls(plain, { hostname, alpnProtocols, ...(caCerts && { caCerts }) });
    try {
      return [conn, (await conn.handshake?.())?.alpnProtocol ?? undefined];
    } catch (error) {
      conn.close();
      throw error;
    }
  };
  const [conn, alpn] = await unlessAborted(open(), signal, ([late]) => late.close());
  return openConnection(fromConn(conn, { alpn }), { ...rest, signal, origin });
}
