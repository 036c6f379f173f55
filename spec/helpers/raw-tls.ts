import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  createServer as createTls,
  connect as dialTls,
  type TLSSocket,
} from 'node:tls';
import { ca, tls } from './tls.ts';

/** An end of a TLS connection with the TCP socket below it, which can be ended or reset by itself. */
export interface RawTls {
  readonly plain: Socket;
  readonly socket: TLSSocket;
}

/** The ways in which a peer may leave. */
export const leaving: readonly (readonly [string, (peer: RawTls) => unknown])[] = [
  ['a close_notify', ({ socket }) => socket.end()],
  ['an end of TCP alone', ({ plain }) => plain.end()],
  ['a reset', ({ plain }) => plain.resetAndDestroy()],
];

const ignore = (): void => {};

/** A client that does only what it is told. */
export async function dialRaw(port: number, options: ConnectionOptions = {}): Promise<RawTls> {
  const plain = dial({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', ignore);
  await once(plain, 'connect');
  const socket = dialTls({ socket: plain, ca, ALPNProtocols: ['http/1.1'], ...options }).on('error', ignore);
  await once(socket, 'secureConnect');
  return { plain, socket };
}

/** A server that does only what it is told. */
export async function listenRaw(take: (peer: RawTls) => void): Promise<{ url: string; server: Server }> {
  const above = createTls({ ...tls, ALPNProtocols: ['http/1.1'] });
  const sockets = new Map<number | undefined, Socket>();
  above.on('secureConnection', (socket) => {
    const plain = sockets.get(socket.remotePort);
    socket.on('error', ignore);
    if (plain) take({ plain, socket });
  });
  const server = createServer({ allowHalfOpen: true }, (plain) => {
    sockets.set(plain.on('error', ignore).remotePort, plain);
    above.emit('connection', plain);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
