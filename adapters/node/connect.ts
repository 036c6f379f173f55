import { once } from 'node:events';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { ignore } from '../../lib/body/ignore.ts';
import { defined } from '../../lib/bytes/defined.ts';
import { alpnOf } from '../../lib/http/alpn-of.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import type { ConnectOptions } from '../../lib/http/connect-options.ts';
import type { ClientConnection } from '../../lib/http/connection.ts';
import { openConnection } from '../../lib/http/open-connection.ts';
import { targetOf } from '../../lib/http/target-of.ts';
import { fromSocket } from './from-socket.ts';
import { insecurityOf } from './insecurity-of.ts';

export interface NodeConnectOptions
  extends Omit<ConnectOptions, 'origin'>,
    Pick<TlsOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'> {
  /** Anything else for `tls.connect`. */
  tls?: TlsOptions | undefined;
}

/**
 * Connects to a server over TCP (`http:`) or TLS (`https:`), to send requests over this one connection.
 *
 * @param url Whom to connect to, and what relative URLs resolve to.
 * @param options Sizes in bytes, times in ms; `ca`, `rejectUnauthorized` and `servername` as for `tls.connect`.
 * @throws What connecting fails with, or the reason of `signal`. TypeError or RangeError for what can't be.
 * @example
 * ```ts
 * import { respond } from 'sluice/http';
 * import { connect, serve } from 'sluice/node';
 *
 * const server = await serve(() => respond('hello'));
 * const connection = await connect(server.url);
 * console.log(await (await connection.fetch('/')).text()); // hello
 * await connection.close();
 * await server.close();
 * ```
 */
export async function connect(
  url: string | URL,
  options: NodeConnectOptions = {},
): Promise<ClientConnection> {
  const { ca, cert, key, rejectUnauthorized, servername, tls, signal, ...rest } = options;
  const { origin, encrypted, hostname: host, port } = targetOf(url);
  const settings = { ...rest, signal, origin };
  clientSettings(settings, false, encrypted);
  signal?.throwIfAborted();
  const shared = { host, port, allowHalfOpen: true };
  const socket = encrypted
    ? connectTls({
        ...(isIP(host) === 0 && { servername: host }),
        ALPNProtocols: alpnOf(rest.protocol),
        ...tls,
        ...shared,
        ...defined({ ca, cert, key, rejectUnauthorized, servername }),
      })
    : connectTcp(shared);
  try {
    await once(socket, encrypted ? 'secureConnect' : 'connect', { signal });
    const insecurity = insecurityOf(socket);
    if (insecurity) throw insecurity;
  } catch (error) {
    socket.on('error', ignore).destroy();
    throw signal?.aborted ? signal.reason : error;
  }
  // `tls.connect` does not take it as an option.
  socket.setNoDelay(true);
  return openConnection(fromSocket(socket), settings);
}
