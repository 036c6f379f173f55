import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { fromSocket } from '../../adapters/node/mod.ts';

describe('fromSocket', () => {
  it('refuses what is no socket', () => {
    for (const value of [undefined, 5, {}, new ReadableStream()])
      expect(() => fromSocket(value as never)).toThrow(
        /^Cannot use a stream as it must be a socket of node:net: received /,
      );
  });

  it('of a socket that was closed before: closed tells', async () => {
    const lost = { code: 'ERR_CONNECTION_LOST' };
    const socket = new Socket();
    await new Promise((resolve) => socket.once('close', resolve).destroy());
    const transport = fromSocket(socket);
    await expect(transport.closed).rejects.toMatchObject(lost);
    expect(() => transport.read()).toThrow(expect.objectContaining(lost));
    await transport.close();
  });
});
