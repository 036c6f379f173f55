import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectOptions } from '../../lib/http/connect-options.ts';
import type { ClientConnection } from '../../lib/http/connection.ts';
import { openConnection } from '../../lib/http/open-connection.ts';
import { fromSocket } from './from-socket.ts';

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
 * @throws What connecting fails with, or the reason of `signal`.
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
  const origin = new URL(url);
  const { protocol, hostname, port } = origin;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`Cannot connect as the URL must be http: or https:: received ${protocol}`);
  signal?.throwIfAborted();
  const host = hostname.replace(/^\[|\]$/g, '');
  const shared = {
    host,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    allowHalfOpen: true,
    noDelay: true,
  };
  const given = { ca, cert, key, rejectUnauthorized, servername };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const socket =
    protocol === 'http:'
      ? connectTcp(shared)
      : connectTls({
          ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
          ALPNProtocols: alpn(options.protocol),
          ...tls,
          ...shared,
          ...named,
        });
  await connected(socket, protocol === 'http:' ? 'connect' : 'secureConnect', signal);
  return openConnection(fromSocket(socket), { ...rest, signal, origin });
}

function connected(socket: Socket, event: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      socket.off(event, onConnect).off('error', onError);
      outcome();
    };
    const onConnect = (): void => settle(resolve);
    const onError = (error: unknown): void => settle(() => reject(error));
    const onAbort = (): void => {
      socket.on('error', () => {}).destroy();
      settle(() => reject(signal?.reason));
    };
    socket.on(event, onConnect).on('error', onError);
    signal?.addEventListener('abort', onAbort);
  });
}

function alpn(protocol: ConnectOptions['protocol']): string[] {
  return protocol === undefined || protocol === 'auto' ? ['h2', 'http/1.1'] : [protocol];
}
