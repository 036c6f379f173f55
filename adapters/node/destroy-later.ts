import type { Socket } from 'node:net';

/** Destroys a socket that is not closed in `ms`. */
export function destroyLater(socket: Socket, ms: number): void {
  const timer = setTimeout(() => socket.destroy(), ms);
  socket.once('close', () => clearTimeout(timer));
}
