import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { addressOf } from '../../lib/http/address-of.ts';
import type { TransportInfo } from '../../lib/http/transport.ts';

/** What is known of a socket. Asked for only when someone wants to know: each costs a system call. */
export const socketInfo = (socket: Socket): TransportInfo => ({
  get remoteAddress() {
    return socket.remoteAddress;
  },
  get localAddress() {
    return socket.localAddress && addressOf(socket.localAddress, socket.localPort);
  },
  get encrypted() {
    return 'encrypted' in socket;
  },
  get alpn() {
    return (socket as Partial<TLSSocket>).alpnProtocol || undefined;
  },
});
