import { ignore } from '../../lib/body/ignore.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import type { ConnectOptions } from '../../lib/http/connect-options.ts';
import type { ClientConnection } from '../../lib/http/connection.ts';
import { openConnection } from '../../lib/http/open-connection.ts';
import { targetOf } from '../../lib/http/target-of.ts';
import type { Duplex } from '../../lib/http/transport.ts';
import { unlessAborted } from '../shared/unless-aborted.ts';
import { fromWorkerSocket } from './from-worker-socket.ts';
import type { WorkerSockets } from './worker-api.ts';

export interface WorkerConnectOptions extends Omit<ConnectOptions, 'origin' | 'protocol'> {
  /** Named, as TLS agrees on none there. Default `http/1.1`. */
  protocol?: 'http/1.1' | 'h2' | undefined;
  /** For `https:`: speaks in plain text first, and TLS begins when it fulfils. Default: TLS from the start. */
  beforeTls?: ((plain: Duplex) => Promise<void>) | undefined;
}

/**
 * Connects from a Worker to a server over TCP (`http:`) or TLS (`https:`), by `cloudflare:sockets`. The connection lives as
 * long as the request that it was made in.
 *
 * @param url Whom to connect to, and what relative URLs resolve to.
 * @param options Sizes in bytes, times in ms.
 * @throws What connecting fails with, or the reason of `signal`. TypeError or RangeError for what can't be.
 * @see https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/
 * @example
 * ```ts workerd
 * import { connect } from 'sluice/workerd';
 *
 * const fetchOnce = async (url: string): Promise<Response> => (await connect(url)).fetch(url);
 * export default { fetch: () => new Response(typeof fetchOnce) };
 * ```
 */
export async function connect(
  url: string | URL,
  options: WorkerConnectOptions = {},
): Promise<ClientConnection> {
  const { beforeTls, protocol = 'http/1.1', signal, ...rest } = options;
  const { origin, encrypted, hostname, port } = targetOf(url);
  clientSettings({ ...rest, protocol, signal }, false, encrypted);
  signal?.throwIfAborted();
  // Imported here, so that the rest of the entry can be loaded anywhere.
  // @ts-expect-error a module of the runtime
  const sockets = (await import('cloudflare:sockets')) as WorkerSockets;
  const secureTransport = !encrypted ? 'off' : beforeTls ? 'starttls' : 'on';
  let socket = sockets.connect({ hostname, port }, { secureTransport, allowHalfOpen: true });
  try {
    if (beforeTls && encrypted) {
      await unlessAborted(beforeTls(socket), signal, ignore);
      socket = socket.startTls();
    }
    const { remoteAddress, localAddress } = await unlessAborted(socket.opened, signal, ignore);
    const info = { remoteAddress, localAddress, encrypted };
    return openConnection(fromWorkerSocket(socket, info), { ...rest, protocol, signal, origin });
  } catch (error) {
    socket.close().catch(ignore);
    throw error;
  }
}
