import type { Socket } from 'node:net';
import { listen } from './listen.ts';

const known = /* @__PURE__ */ new WeakMap<Socket, Set<() => void>>();

/**
 * Hears of the end of a socket and of its close. All who do share two listeners: pipelined requests are many, and Node warns of
 * more than ten. @returns Ends it.
 */
export function onSocketEnd(socket: Socket, hear: () => void): () => void {
  const ends = known.get(socket) ?? new Set();
  if (!known.has(socket)) {
    known.set(socket, ends);
    listen(socket, ['end', 'close'], () => {
      for (const end of ends) end();
    });
  }
  ends.add(hear);
  return () => ends.delete(hear);
}
