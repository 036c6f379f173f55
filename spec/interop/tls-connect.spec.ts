import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type RunningServer, serve } from '../../adapters/node/mod.ts';
import { type ClientConnection, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes, iterate } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { python, startPeer, withPeer } from '../helpers/peers.ts';
import { ca, certFile, keyFile, sha256, sha256Of, tls } from '../helpers/tls.ts';
import { handler, source, sum, total } from './tls-handler.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
const file = join(folder, 'data');
const small = new Uint8Array(10_000).fill(7);
const peers: { stop(): void }[] = [];
let server: RunningServer;

beforeAll(async () => {
  writeFileSync(file, await bytes(body(source())));
  server = await serve(handler, { hostname: '127.0.0.1', tls });
});
afterAll(async () => {
  server?.abort();
  for (const peer of peers) peer.stop();
  rmSync(folder, { recursive: true });
});

const got = async (response: Response): Promise<string> => sha256Of(iterate(bodyOf(response)));
const upload = () => ({ method: 'POST', body: body(source()), duplex: 'half' }) as const;
const portOf = (listener: Server): number => (listener.address() as AddressInfo).port;

/** What a peer that knows these paths is asked for. */
async function bothWays(connection: ClientConnection): Promise<void> {
  expect(await got(await connection.fetch('/data'))).toBe(sum);
  const response = await connection.fetch('/sha', upload());
  expect(await response.text()).toBe(sum);
}

describe('connect over TLS, to', () => {
  it('node:https: bodies both ways, trailers both ways, one connection', async () => {
    let connections = 0;
    const node = createServer(tls, async (request, response) => {
      if (request.url === '/close') {
        response.writeHead(200, {
          connection: 'close',
          'content-type': 'a/b',
        }).useChunkedEncodingByDefault = false;
        return void request.pipe(response);
      }
      response.writeHead(200, { trailer: 'x-t' });
      if (request.url === '/data') response.write(readFileSync(file));
      else response.write(await sha256Of(request));
      response.addTrailers({ 'x-t': `${request.trailers['x-t']}` });
      response.end();
    }).listen(0, '127.0.0.1');
    node.on('secureConnection', () => connections++);
    await once(node, 'listening');
    const connection = await connect(`https://127.0.0.1:${portOf(node)}`, { ca });
    expect(await connection.protocol).toBe('http/1.1');
    await bothWays(connection);
    const trailers = new Headers({ 'x-t': 'up' });
    const response = await connection.fetch('/sha', { ...upload(), body: body(source(), { trailers }) });
    expect(await response.text()).toBe(sum);
    expect((await trailersOf(response)).get('x-t')).toBe('up');
    expect(connections).toBe(1);
    expect(await got(await connection.fetch('/close', upload()))).toBe(sum);
    await connection.closed;
    node.close();
  });

  it('node:http2: 100 concurrent streams both ways, bodies both ways, trailers', async () => {
    const options = { ...tls, maxSessionMemory: 1000 };
    const node = createSecureServer(options, async (request, response) => {
      if (request.url === '/echo') return void request.pipe(response);
      response.setHeader('trailer', 'x-t');
      response.addTrailers({ 'x-t': 'yes' });
      response.end(request.url === '/data' ? readFileSync(file) : await sha256Of(request));
    }).listen(0, '127.0.0.1');
    await once(node, 'listening');
    const connection = await connect(`https://127.0.0.1:${portOf(node)}`, { ca });
    expect(await connection.protocol).toBe('h2');
    const calls = Array.from({ length: 100 }, async () =>
      got(await connection.fetch('/echo', { method: 'POST', body: small })),
    );
    expect(new Set(await Promise.all(calls))).toEqual(new Set([sha256(small)]));
    await bothWays(connection);
    const response = await connection.fetch('/sha');
    await response.text();
    expect((await trailersOf(response)).get('x-t')).toBe('yes');
    await connection.close();
    node.close();
  });

  it('our own: 100 at once and bodies both ways, each protocol, TLS 1.2 and 1.3', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
      for (const protocol of ['http/1.1', 'h2'] as const) {
        const connection = await connect(server.url, { ca, protocol, tls: { maxVersion } });
        const agreed = await (await connection.fetch('/')).text();
        expect(agreed).toBe(`${protocol} true ${maxVersion} ${protocol}`);
        const calls = Array.from({ length: 100 }, async () => {
          const source = countingSource({ chunkBytes: 3000, totalBytes: 9000, async: true });
          const response = await connection.fetch('/echo', { method: 'POST', body: body(source) });
          return (await bytes(bodyOf(response))).byteLength;
        });
        expect(new Set(await Promise.all(calls))).toEqual(new Set([9000]));
        await bothWays(connection);
        await connection.close();
      }
  });

  withPeer('nghttpd', 'nghttpd: a download, and an upload', async () => {
    const args = ['-a', '127.0.0.1', '-d', folder, '--echo-upload'];
    const peer = await startPeer('nghttpd', (port) => [...args, String(port), keyFile, certFile]);
    peers.push(peer);
    const connection = await connect(`https://127.0.0.1:${peer.port}`, { ca });
    expect(await connection.protocol).toBe('h2');
    expect(await got(await connection.fetch('/data'))).toBe(sum);
    expect(await got(await connection.fetch('/data', upload()))).toBe(sum);
    await connection.close();
  });

  withPeer('python3-h2', 'python3: ssl with h2: bodies both ways, trailers', async () => {
    const args = [join(import.meta.dirname, 'tls-server.py'), certFile, keyFile, file];
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    peers.push({ stop: () => child.kill() });
    const [port] = await once(child.stdout, 'data');
    const connection = await connect(`https://127.0.0.1:${String(port).trim()}`, { ca });
    expect(await connection.protocol).toBe('h2');
    await bothWays(connection);
    const response = await connection.fetch('/sha', { method: 'POST', body: small });
    expect(await response.text()).toBe(sha256(small));
    expect((await trailersOf(response)).get('x-t')).toBe('yes');
    await connection.close();
  });

  withPeer('openssl', 'openssl s_server, which knows no ALPN: a body until close', async () => {
    const args = ['s_server', '-quiet', '-cert', certFile, '-key', keyFile, '-WWW', '-accept'];
    const peer = await startPeer('openssl', (port) => [...args, String(port)], folder);
    peers.push(peer);
    const connection = await connect(`https://127.0.0.1:${peer.port}`, { ca });
    expect(await connection.protocol).toBe('http/1.1');
    const response = await connection.fetch('/data');
    expect((await bytes(bodyOf(response))).byteLength).toBe(total);
  });
});
