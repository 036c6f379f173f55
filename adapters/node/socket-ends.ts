import type { Socket } from 'node:net';

const known = /* @__PURE__ */ new WeakMap<Socket, Set<() => void>>();

/**
 * Those who hear of the end of a socket and of its close. They share two listeners: pipelined requests are many, and Node warns
 * of more than ten.
 */
export function socketEnds(socket: Socket): Set<() => void> {
  const before = known.get(socket);
  if (before) return before;
  const ends = new Set<() => void>();
  const tell = (): void => {
    for (const hear of ends) hear();
  };
  socket.on('end', tell).on('close', tell);
  known.set(socket, ends);
  return ends;
}
