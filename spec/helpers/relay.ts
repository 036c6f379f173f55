import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  stop(): Promise<void>;
}

/** Joins the connections that come to it two by two, for programs that can connect and not listen. A lost one takes the other along. */
export async function startRelay(): Promise<Relay> {
  const sockets = new Set<Socket>();
  let waiting: Socket | undefined;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    if (waiting === undefined) waiting = socket;
    else {
      const other = waiting;
      waiting = undefined;
      for (const [from, to] of [
        [socket, other],
        [other, socket],
      ] as const) {
        from.pipe(to);
        from.on('close', (failed) => failed && to.destroy());
      }
    }
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
