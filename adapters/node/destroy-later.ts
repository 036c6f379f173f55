import type { Socket } from 'node:net';

/** Destroys a socket that is not closed in `ms`, or does what else is to be done then. @returns Ends it. */
export function destroyLater(socket: Socket, ms: number, late = (): unknown => socket.destroy()): () => void {
  const timer = setTimeout(late, ms);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('close', stop);
  };
  socket.on('close', stop);
  return stop;
}
