import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, connect as dialTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  connect,
  fromSocket,
  type NodeConnectOptions,
  type NodeServeOptions,
  serve,
} from '../../adapters/node/mod.ts';
import { type Handler, openConnection, respond } from '../../lib/http/mod.ts';
import { run, withPeer } from '../helpers/peers.ts';
import { ca, tls } from '../helpers/tls.ts';

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serving(handler: Handler, options: NodeServeOptions = {}): Promise<string> {
  const server = await serve(handler, { hostname: '127.0.0.1', ...options, tls: { ...tls, ...options.tls } });
  stops.push(() => server.abort());
  return server.url;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  stops.push(() => server.close());
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What comes of a request, and where. */
async function outcome(url: string, options: NodeConnectOptions): Promise<string> {
  const connection = await connect(url, { ca, ...options }).catch((error) => `connect: ${error.code}`);
  if (typeof connection === 'string') return connection;
  const text = connection.fetch('/').then(
    (response) => response.text(),
    (error) => `fetch: ${error.code}`,
  );
  return text.finally(() => connection.abort());
}

const socketOf = (native: unknown): TLSSocket => (native as { socket: TLSSocket }).socket;
const nothing = 'connect: ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

describe('over TLS', () => {
  it('nothing is spoken that was not agreed on', async () => {
    const handler: Handler = (_request, info) => respond(`${info.protocol}`);
    const http1 = await serving(handler, { protocol: 'http/1.1' });
    const http2 = await serving(handler, { protocol: 'h2' });
    expect(await outcome(http1, { protocol: 'h2' })).toBe(nothing);
    expect(await outcome(http2, { protocol: 'http/1.1' })).toBe(nothing);
    expect(await outcome(http1, {})).toBe('http/1.1');
    expect(await outcome(http2, {})).toBe('h2');
    const https = await listening(createHttps(tls, (_request, response) => response.end('node')));
    expect(await outcome(https, { protocol: 'h2' })).toBe(nothing);
    expect(await outcome(https, {})).toBe('node');
    const secure = await listening(createSecureServer(tls, (_request, response) => response.end('node')));
    expect(await outcome(secure, { protocol: 'http/1.1' })).toMatch(
      /^(connect|fetch): |Unknown ALPN Protocol/,
    );
    expect(await outcome(secure, {})).toBe('node');
    // One that knows nothing of ALPN.
    const older = createTls(tls, (socket) => {
      const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nolder';
      socket.on('error', () => {}).once('data', () => socket.end(reply));
    });
    const url = await listening(older);
    expect(await outcome(url, {})).toBe('older');
    expect(await outcome(url, { protocol: 'h2' })).toBe('fetch: ERR_CONNECTION_LOST');
  });

  it('HTTP/2 needs TLS 1.2 (RFC 9113 section 9.2), whatever else is allowed', async () => {
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const older = { ...old, maxVersion: 'TLSv1.1' } as const;
    const handler: Handler = (_request, info) =>
      respond(`${info.protocol} ${socketOf(info.native).getProtocol()}`);
    // As it comes, none of it is.
    expect(await outcome(await serving(handler), { tls: older })).toMatch(/^connect: /);
    const url = await serving(handler, { tls: old });
    expect(await outcome(url, { protocol: 'http/1.1', tls: older })).toBe('http/1.1 TLSv1.1');
    expect(await outcome(url, { tls: older })).toMatch(/^(connect|fetch): /);
    expect(await outcome(url, {})).toBe('h2 TLSv1.3');
    const node = createSecureServer({ ...tls, ...old }, (_request, response) => response.end('node'));
    expect(await outcome(await listening(node), { tls: older })).toBe('connect: ERR_PROTOCOL');
  });

  it('no small write waits for the acknowledgement of another', async () => {
    const set = jest.spyOn(Socket.prototype, 'setNoDelay');
    try {
      const url = await serving(() => respond('x'));
      const connection = await connect(url, { ca });
      // The server has it from its listener.
      expect(set.mock.calls).toEqual([[true]]);
      connection.abort();
    } finally {
      set.mockRestore();
    }
  });

  it('a session is resumed', async () => {
    const url = await serving((_request, info) => respond(`${socketOf(info.native).isSessionReused()}`));
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
      for (const protocol of ['http/1.1', 'h2'] as const) {
        const port = Number(new URL(url).port);
        const socket = dialTls({ port, host: '127.0.0.1', ca, maxVersion, ALPNProtocols: [protocol] });
        let session: Buffer | undefined;
        socket.on('session', (given) => {
          session = given;
        });
        await once(socket, 'secureConnect');
        const first = openConnection(fromSocket(socket));
        expect(await (await first.fetch(url)).text()).toBe('false');
        await first.close();
        expect(await outcome(url, { protocol, tls: { maxVersion, session } })).toBe('true');
      }
  });

  withPeer('openssl', 'a client shows its certificate, and one without is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
    stops.push(() => rmSync(folder, { recursive: true }));
    const [key = '', cert = ''] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=a client'];
    await run('openssl', ['req', '-x509', ...kind, ...files]);
    const own = { key: readFileSync(key), cert: readFileSync(cert) };
    const handler: Handler = (_request, info) =>
      respond(socketOf(info.native).getPeerCertificate().subject.CN);
    const url = await serving(handler, { tls: { requestCert: true, ca: own.cert } });
    for (const protocol of ['http/1.1', 'h2'] as const) {
      expect(await outcome(url, { protocol, ...own })).toBe('a client');
      // TLS 1.3 is refused after the client has done its part.
      expect(await outcome(url, { protocol })).toBe('fetch: ERR_CONNECTION_LOST');
      expect(await outcome(url, { protocol, tls: { maxVersion: 'TLSv1.2' } })).toMatch(/^connect: /);
    }
  });
});
