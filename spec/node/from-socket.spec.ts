import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectSocket, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { connect, fromSocket, serve } from '../../adapters/node/mod.ts';
import { respond } from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';

const pem = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/${name}.pem`, import.meta.url)), 'utf8');
const [ca, cert, key] = ['ca.cert', 'localhost.cert', 'localhost.key'].map(pem) as [string, string, string];

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

  it.each([
    ['TCP', () => ({ port: 0, host: '127.0.0.1' })],
    ['a pipe', () => ({ path: join(tmpdir(), `sluice-${process.pid}.sock`) })],
  ])('abort() ends what waits for a peer that takes nothing: %s', async (_name, address) => {
    // As if another connection had failed.
    const reason = Object.assign(new Error('enough'), { syscall: 'write' });
    let left = (_reason: unknown): void => {};
    const over = new Promise((resolve) => {
      left = resolve;
    });
    const server = createServer(async (socket) => {
      const transport = fromSocket(socket);
      const chunk = new Uint8Array(1 << 20);
      let written: void | Promise<void>;
      // Until the kernel takes no more.
      do written = transport.write([chunk]);
      while (socket.writableLength === 0);
      const pending = Promise.resolve(written).catch((error) => error);
      transport.abort(reason);
      left([await pending, await transport.closed.catch((error) => error), socket.destroyed]);
    });
    await new Promise<void>((resolve) => server.listen(address(), resolve));
    const at = server.address() as AddressInfo | string;
    const client = typeof at === 'string' ? connectSocket(at) : connectSocket(at.port, at.address);
    client.on('error', () => {}).pause();
    expect(await over).toEqual([reason, reason, true]);
    client.destroy();
    server.close();
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

  it('over TLS the end of what the server sends ends a body that runs until it', async () => {
    const server = createTlsServer({ key, cert }, (socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nabc'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = await connect(`https://localhost:${(server.address() as AddressInfo).port}`, { ca });
    expect(await (await client.fetch('/')).text()).toBe('abc');
    await client.closed;
    server.close();
  });

  it('over TLS a client that ends is gone', async () => {
    let ask = (_signal: AbortSignal): void => {};
    const asked = new Promise<AbortSignal>((resolve) => void (ask = resolve));
    const server = await serve(
      ({ signal }) => {
        ask(signal);
        return new Promise(() => {});
      },
      { hostname: '127.0.0.1', tls: { key, cert } },
    );
    const socket = connectTls({ port: server.port, servername: 'localhost', ca });
    socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const signal = await asked;
    socket.end();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    await server.close();
  });

  it('over TLS a body that runs until the end, and fails, is reset: an end would look like its own', async () => {
    let fail = (_reason: unknown): void => {};
    const late = new Promise<Uint8Array>((_resolve, reject) => void (fail = reject));
    let pulls = 0;
    const server = await serve(
      () => respond(body({ pull: () => (pulls++ === 0 ? new Uint8Array([97]) : late) })),
      { hostname: '127.0.0.1', tls: { key, cert } },
    );
    // HTTP/1.0 has a name of its own in ALPN.
    const socket = connectTls({
      port: server.port,
      servername: 'localhost',
      ca,
      ALPNProtocols: ['http/1.0'],
    });
    socket.write('GET / HTTP/1.0\r\n\r\n');
    let received = '';
    const how = await new Promise((resolve) => {
      socket.on('data', (data) => {
        received += data;
        // All that was sent is read before the reset comes.
        if (received.endsWith('\r\n\r\na')) fail(new Error('broken'));
      });
      socket.on('end', () => resolve('end')).on('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    });
    expect([socket.alpnProtocol, how]).toEqual(['http/1.0', 'ECONNRESET']);
    await server.close();
  });
});
