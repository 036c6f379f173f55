import type { Socket } from 'node:net';

interface TcpHandle {
  close(callback?: () => void): void;
  reset?(callback?: () => void): void;
}

interface Internals {
  readonly _handle?: { readonly _parent?: TcpHandle } | null;
}

/**
 * Has a TLS socket reset its TCP connection when it closes. Node only ends it then, without the alert that TLS closes with, but
 * many a peer (Node's own TLS too) takes that for the end of a body that runs until it (RFC 9112 section 9.8).
 */
export function resetBelow(socket: Socket): void {
  const tcp = (socket as unknown as Internals)._handle?._parent;
  if (tcp?.reset) tcp.close = tcp.reset;
}
