import { type AddressInfo, createServer, Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { connect, fromSocket } from '../../adapters/node/mod.ts';

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

  it('a reset that comes together with data is no end', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        // The body runs until the connection closes.
        socket.write('HTTP/1.1 200 OK\r\n\r\nabc', () => socket.resetAndDestroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = await connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    // Some systems drop what was received before a reset, the head too.
    const text = client.fetch('/').then((response) => response.text());
    const code = await text.catch((error) => error.code);
    server.close();
    client.abort();
    expect(code).toBe('ERR_CONNECTION_LOST');
  });
});
