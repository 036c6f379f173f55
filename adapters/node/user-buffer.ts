import type { Socket } from 'node:net';

/** What the symbols of Node's `onread` option hold, and the handle's method that it ends in. */
interface Internals {
  [key: symbol]: unknown;
  readonly _handle?: { useUserBuffer?(buffer: Uint8Array): void } | null;
}

/**
 * Has a socket read into buffers of ours: what the `onread` option of `net.connect` does, for sockets that a server has
 * accepted. Node has no option for those, and without it gives each read 64 KiB of memory of its own, whose collection costs
 * more than everything else of a small request.
 *
 * @param onRead Gets the bytes read and the buffer they are in; false stops the reading.
 * @param nextBuffer Called first, and after every `onRead`.
 */
export function useOwnBuffers(
  socket: Socket,
  onRead: (size: number, buffer: Uint8Array) => boolean,
  nextBuffer: () => Uint8Array,
): void {
  const internals = socket as unknown as Internals;
  const symbols = Object.getOwnPropertySymbols(socket);
  const find = (name: string): symbol | undefined => symbols.find((symbol) => symbol.description === name);
  const [buffer, callback, generator] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map(find);
  const handle = internals._handle;
  // This Node may have it otherwise.
  if (!buffer || !callback || !generator || internals[buffer] !== null || !handle?.useUserBuffer) return;
  const first = nextBuffer();
  internals[buffer] = first;
  internals[callback] = onRead;
  internals[generator] = nextBuffer;
  handle.useUserBuffer(first);
}
