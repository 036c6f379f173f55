// The contract in workerd: the report is the response. It can't listen: both ends are connections to a relay, whose port is in
// the path, and which joins them two by two.
import { serveConnection } from 'sluice/http';
import { connect, fromWorkerSocket } from 'sluice/workerd';
import type { ClientConnection, ConnectOptions, Handler, ServeOptions } from '../../lib/http/mod.ts';
import type { OpenSockets, Wire } from './contract.ts';
import { onRejectionEvent, report } from './main.ts';

interface Socket {
  readonly opened: Promise<unknown>;
}
type Connect = (address: object, options: object) => Socket;

const overRelay = (port: number): OpenSockets => {
  let last: Promise<unknown> = Promise.resolve();
  const open = async (
    protocol: 'http/1.1' | 'h2',
    handler: Handler,
    serve: ServeOptions = {},
    options: ConnectOptions = {},
  ): Promise<Wire> => {
    // @ts-expect-error a module of the runtime
    const sockets = (await import('cloudflare:sockets')) as { connect: Connect };
    const address = { hostname: '127.0.0.1', port };
    const socket = sockets.connect(address, { secureTransport: 'off', allowHalfOpen: true });
    await socket.opened;
    const server = serveConnection(fromWorkerSocket(socket as never), handler as never, serve as never);
    const client = await connect(`http://127.0.0.1:${port}/`, { ...options, protocol } as never);
    return { server, client: client as unknown as ClientConnection };
  };
  // One pair after the other, as the relay joins what comes one after the other.
  return (protocol, handler, { serve, connect }) => {
    const next = last.then(() => open(protocol, handler, serve, connect));
    last = next.catch(() => {});
    return next;
  };
};

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const sockets = overRelay(Number(searchParams.get('relay')));
    return Response.json(await report(searchParams.get('name') ?? '', sockets, onRejectionEvent));
  },
};
