import type { Socket } from 'node:net';

interface TcpHandle {
  close(callback?: () => void): void;
  reset?(callback?: () => void): void;
}

interface Internals {
  /** That of a TLS socket has the one of its TCP socket. */
  readonly _handle?: (TcpHandle & { readonly _parent?: TcpHandle }) | null;
}

/**
 * Destroys a socket so that its peer sees that it was cut off: TCP is reset, below TLS too. Node only ends it there, without the
 * alert that TLS closes with, but many a peer (Node's own TLS too) takes that for the end of a body that runs until it (RFC 9112
 * section 9.8). A pipe, or a stream of the user's own that is served, can only be destroyed: Node's `resetAndDestroy()` throws.
 */
export function reset(socket: Socket, error?: Error): void {
  const handle = (socket as unknown as Internals)._handle;
  const tcp = handle?._parent ?? handle;
  // A reset while a FIN is under way leaves Node waiting for it for ever.
  if (tcp?.reset && !socket.writableEnded) tcp.close = tcp.reset;
  socket.destroy(error);
}
