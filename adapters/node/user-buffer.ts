import type { Socket } from 'node:net';
import { symbolOf } from './symbol-of.ts';

/** What reads for a socket. */
export interface SocketHandle {
  useUserBuffer?(buffer: Uint8Array): void;
  readStart(): number;
  getpeername?(into: object): number;
}

/** What the symbols of Node's `onread` option hold, and the handle. */
interface Internals {
  [key: symbol]: unknown;
  readonly _handle?: SocketHandle | null;
}

/**
 * Has a socket read into buffers of ours: what the `onread` option of `net.connect` does, for sockets that a server has
 * accepted. Node has no option for those, and without it gives each read 64 KiB of memory of its own, whose collection costs
 * more than everything else of a small request.
 *
 * @param onRead Gets the bytes read and the buffer they are in; false stops the reading.
 * @param nextBuffer Called first, and after every `onRead`.
 * @returns The socket's handle; undefined where this Node has it otherwise: nothing was changed then.
 */
export function useOwnBuffers(
  socket: Socket,
  onRead: (size: number, buffer: Uint8Array) => boolean,
  nextBuffer: () => Uint8Array,
): SocketHandle | undefined {
  const internals = socket as unknown as Internals;
  const [buffer, callback, generator] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map((name) =>
    symbolOf(socket, name),
  );
  const handle = internals._handle;
  if (!buffer || !callback || !generator || internals[buffer] || !handle?.useUserBuffer) return undefined;
  internals[callback] = onRead;
  internals[generator] = nextBuffer;
  handle.useUserBuffer((internals[buffer] = nextBuffer()));
  return handle;
}
