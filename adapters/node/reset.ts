import type { Socket } from 'node:net';

interface TcpHandle {
  close(callback?: () => void): void;
  reset?(callback?: () => void): void;
}

interface Internals {
  readonly _handle?: { readonly _parent?: TcpHandle } | null;
}

/**
 * Destroys a socket so that its peer sees that it was cut off: TCP is reset, below TLS too. Node only ends it there, without the
 * alert that TLS closes with, but many a peer (Node's own TLS too) takes that for the end of a body that runs until it (RFC 9112
 * section 9.8).
 */
export function reset(socket: Socket, error?: Error): void {
  if (!('encrypted' in socket)) {
    socket.resetAndDestroy();
    return;
  }
  const tcp = (socket as unknown as Internals)._handle?._parent;
  if (tcp?.reset) tcp.close = tcp.reset;
  (socket as Socket).destroy(error);
}
