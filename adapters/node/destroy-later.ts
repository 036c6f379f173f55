import type { Socket } from 'node:net';
import { ignore } from '../../lib/body/ignore.ts';
import { reset } from './reset.ts';

/** Destroys a socket that is not closed in `ms`, or does what else is to be done then. @returns Ends it. */
export function destroyLater(socket: Socket, ms: number, late = (): void => reset(socket)): () => void {
  if (socket.destroyed) return ignore;
  const timer = setTimeout(late, ms);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('close', stop);
  };
  socket.on('close', stop);
  return stop;
}
