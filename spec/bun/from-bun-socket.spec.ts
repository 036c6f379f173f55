import { describe, expect, it } from '@jest/globals';
import type { BunSocket } from '../../adapters/bun/bun-api.ts';
import { bunSocketHandlers, fromBunSocket } from '../../adapters/bun/from-bun-socket.ts';

/** A socket that takes so many bytes of each write. */
function socketThatTakes(...sizes: number[]): { socket: BunSocket; written: Uint8Array[] } {
  const written: Uint8Array[] = [];
  const socket = {
    remoteAddress: '127.0.0.1',
    localPort: 1,
    listener: {},
    pause() {},
    write(bytes: Uint8Array) {
      const taken = Math.min(sizes.shift() ?? Infinity, bytes.byteLength);
      if (taken > 0) written.push(bytes.subarray(0, taken));
      return taken;
    },
  };
  return { socket: socket as unknown as BunSocket, written };
}

const textOf = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('latin1');

describe('fromBunSocket', () => {
  it('joins small pieces, and copies no large one', () => {
    const { socket, written } = socketThatTakes();
    const transport = fromBunSocket(socket);
    transport.write([Buffer.from('a'), Buffer.from('b')]);
    expect(written.map((chunk) => textOf([chunk]))).toEqual(['ab']);
    const large = new Uint8Array(100_000);
    transport.write([Buffer.from('head'), large, Buffer.from('end')]);
    expect(written.map((chunk) => chunk.byteLength)).toEqual([2, 4, 100_000, 3]);
    expect(written[2]?.buffer).toBe(large.buffer);
  });

  it('goes on where the kernel left off, and says when it has taken everything', async () => {
    const { socket, written } = socketThatTakes(2, 0, 99_998, 1);
    const transport = fromBunSocket(socket);
    const waiting = transport.write([Buffer.alloc(100_000, 'x'), Buffer.from('end')]);
    let settled = false;
    waiting?.then(() => {
      settled = true;
    });
    for (const sofar of [2, 100_001]) {
      await undefined;
      bunSocketHandlers.drain?.(socket);
      await undefined;
      expect([textOf(written).length, settled]).toEqual([sofar, false]);
    }
    bunSocketHandlers.drain?.(socket);
    await waiting;
    expect(textOf(written)).toBe(`${'x'.repeat(100_000)}end`);
  });

  it('a fast peer does not keep the event loop from everyone else', async () => {
    const { socket } = socketThatTakes();
    const transport = fromBunSocket(socket);
    const chunk = new Uint8Array(131_072);
    const writes = Array.from({ length: 8 }, () => transport.write([Uint8Array.of(1), chunk]));
    expect(writes.map((write) => write === undefined)).toEqual([...Array(7).fill(true), false]);
    await writes[7];
    expect(transport.write([chunk])).toBeUndefined();
  });

  it('a socket that takes nothing any more fails the write', async () => {
    const { socket } = socketThatTakes(5, -1);
    const transport = fromBunSocket(socket);
    const waiting = transport.write([Buffer.alloc(100_000)]);
    bunSocketHandlers.drain?.(socket);
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    expect(() => transport.write([Buffer.from('a')])).toThrow('The socket was closed');
  });
});
