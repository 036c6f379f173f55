import { deferred } from '../../lib/body/deferred.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import { alpnOf } from '../../lib/http/alpn-of.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import type { ConnectOptions } from '../../lib/http/connect-options.ts';
import type { ClientConnection } from '../../lib/http/connection.ts';
import { openConnection } from '../../lib/http/open-connection.ts';
import { targetOf } from '../../lib/http/target-of.ts';
import { unlessAborted } from '../shared/unless-aborted.ts';
import { type BunSocket, bunApi } from './bun-api.ts';
import { fromBunSocket } from './from-bun-socket.ts';
import { wireNames } from './wire-names.ts';

export interface BunConnectOptions extends Omit<ConnectOptions, 'origin'> {
  /** For TLS: `ca`, `cert`, `key`, `rejectUnauthorized`, `serverName` and what else `Bun.connect` takes. */
  tls?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Connects to a server over TCP (`http:`) or TLS (`https:`) from Bun, to send requests over this one connection.
 *
 * @param url Whom to connect to, and what relative URLs resolve to.
 * @param options Sizes in bytes, times in ms.
 * @throws What connecting fails with, or the reason of `signal`. TypeError or RangeError for what can't be.
 * @example
 * ```ts bun
 * import { respond } from 'sluice/http';
 * import { connect, serve } from 'sluice/bun';
 *
 * const server = await serve(() => respond('hello'), { hostname: '127.0.0.1' });
 * const connection = await connect(server.url);
 * console.log(await (await connection.fetch('/')).text()); // hello
 * await connection.close();
 * await server.close();
 * ```
 */
export async function connect(url: string | URL, options: BunConnectOptions = {}): Promise<ClientConnection> {
  const { tls, signal, ...rest } = options;
  const { origin, encrypted, hostname, port } = targetOf(url);
  clientSettings({ ...rest, signal }, false, encrypted);
  signal?.throwIfAborted();
  const ready = deferred<BunSocket>();
  const fail = (_socket: BunSocket, error?: Error): void =>
    ready.reject(error ?? new ConnectionLostError('The socket was closed before it was connected'));
  const succeed = (socket: BunSocket): void => {
    // Nothing may come before someone listens.
    socket.pause();
    ready.resolve(socket);
  };
  const strict = tls?.['rejectUnauthorized'] !== false;
  const opening = bunApi().connect({
    hostname,
    port,
    allowHalfOpen: true,
    ...(encrypted && {
      tls: { serverName: hostname, ALPNProtocols: wireNames(alpnOf(rest.protocol)), ...tls },
    }),
    socket: {
      data() {},
      open(socket) {
        if (!encrypted) succeed(socket);
      },
      handshake(socket, success, error) {
        if (success && (error === null || !strict)) return succeed(socket);
        fail(socket, error ?? undefined);
        socket.terminate();
      },
      error: fail,
      close: fail,
      connectError: fail,
    },
  });
  opening.catch(ready.reject);
  const socket = await unlessAborted(ready.promise, signal, (late) => late.terminate());
  socket.setNoDelay(true);
  return openConnection(fromBunSocket(socket, encrypted), { ...rest, signal, origin });
}
