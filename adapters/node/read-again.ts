import type { Socket } from 'node:net';

interface Internals {
  readonly _handle?: { readStart?(): number } | null;
}

/** libuv takes a reset that comes together with data for an end, before this version. */
const [major = 0, minor = 0] = (process.versions.uv ?? '').split('.').map(Number);
const mistakes = major === 1 && minor < 52;

/**
 * Has a TCP socket that is said to have ended read once more: it ends again, or fails after all.
 *
 * @returns False where an end can be trusted, or nothing can be done.
 */
export function readAgain(socket: Socket): boolean {
  if (!mistakes || 'encrypted' in socket || socket.destroyed) return false;
  return (socket as unknown as Internals)._handle?.readStart?.() === 0;
}
