import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectH2, createSecureServer, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type RunningServer, serve } from '../../adapters/node/mod.ts';
import { respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { missing, python, run, withPeer } from '../helpers/peers.ts';

const MIB = 1024 * 1024;
const dir = mkdtempSync(join(tmpdir(), 'h2-'));
const data = await bytes(countingSource({ chunkBytes: 65_536, totalBytes: MIB }));
const sha = createHash('sha256').update(data).digest('hex');
const file = join(dir, 'data');
writeFileSync(file, data);
const digest = (part: Uint8Array): string => createHash('sha256').update(part).digest('hex');

let server: RunningServer;
let secure: RunningServer | undefined;
let tls: { key: Buffer; cert: Buffer } | undefined;
const errors: unknown[] = [];

beforeAll(async () => {
  const handler = async (request: Request): Promise<Response> => {
    switch (new URL(request.url).pathname) {
      case '/echo':
        return respond(request.body);
      case '/sha':
        return respond(digest(await bytes(bodyOf(request))));
      case '/data':
        return respond(body(countingSource({ chunkBytes: 10_000, totalBytes: MIB, async: true })));
      case '/trailers':
        return respond(body('abc', { trailers: () => new Headers({ 'x-sum': '6' }) }));
      default:
        return respond(`${request.method} ${request.url}`);
    }
  };
  const onError = (error: unknown): void => void errors.push(error);
  server = await serve(handler, { onError });
  if (missing('openssl')) return;
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    ...subject,
  ]);
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
  secure = await serve(handler, { tls, onError });
});

afterAll(async () => {
  server?.abort();
  secure?.abort();
  expect(errors).toEqual([]);
});

describe('serve, for', () => {
  withPeer('curl', 'curl: one handler on one port, over both protocols', async () => {
    for (const [flag, version] of [
      ['--http1.1', '1.1'],
      ['--http2-prior-knowledge', '2'],
    ] as const) {
      const { stdout } = await run('curl', ['-s', flag, '-w', ' %{http_version}', `${server.url}hello`]);
      expect(stdout).toBe(`GET ${server.url}hello ${version}`);
      const args = ['-s', flag, '-o', join(dir, 'out'), '--data-binary', `@${file}`];
      await run('curl', [...args, '-H', 'content-type: a/b', `${server.url}echo`]);
      expect(digest(readFileSync(join(dir, 'out')))).toBe(sha);
      await run('curl', ['-s', flag, '-o', join(dir, 'out'), `${server.url}data`]);
      expect(digest(readFileSync(join(dir, 'out')))).toBe(sha);
    }
  });

  withPeer('openssl', 'curl over TLS: the protocol is agreed on', async () => {
    for (const [flag, version] of [
      ['--http1.1', '1.1'],
      ['--http2', '2'],
    ] as const) {
      const { stdout } = await run('curl', ['-sk', flag, '-w', ' %{http_version}', `${secure?.url}hello`]);
      expect(stdout).toBe(`GET ${secure?.url}hello ${version}`);
    }
  });

  withPeer('nghttp', 'nghttp: bodies both ways and trailers', async () => {
    const { stdout } = await run('nghttp', ['-d', file, `${server.url}sha`]);
    expect(stdout).toBe(sha);
    const { stdout: log } = await run('nghttp', ['-v', `${server.url}trailers`]);
    expect(log).toContain('x-sum: 6');
  });

  withPeer('h2load', 'h2load: 100 concurrent streams on each of 4 connections', async () => {
    const { stdout } = await run('h2load', ['-n', '4000', '-c', '4', '-m', '100', `${server.url}hello`]);
    expect(stdout).toContain('4000 succeeded, 0 failed, 0 errored');
    const big = await run('h2load', ['-n', '40', '-c', '2', '-m', '10', `${server.url}data`]);
    expect(big.stdout).toContain('40 succeeded, 0 failed, 0 errored');
  });

  withPeer('python3-h2', 'python3-h2: an upload that is echoed', async () => {
    const { stdout } = await run(python, ['-c', PYTHON, String(server.port), file]);
    expect(stdout.trim()).toBe(sha);
  });

  it('node:http2: 100 concurrent streams, bodies by SHA-256, trailers', async () => {
    // Node resets streams while its session holds more than 10 MB.
    const session = connectH2(server.url, { maxSessionMemory: 1000 });
    const call = (path: string, upload?: Uint8Array): Promise<{ got: string; trailers: unknown }> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':path': path, ':method': upload ? 'POST' : 'GET' });
        const hash = createHash('sha256');
        let trailers: unknown;
        stream.on('data', (chunk) => hash.update(chunk));
        stream.on('trailers', (fields) => {
          trailers = fields['x-sum'];
        });
        stream.on('error', reject);
        stream.on('end', () => resolve({ got: hash.digest('hex'), trailers }));
        stream.end(upload);
      });
    const calls = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? call('/echo', data) : call('/data')));
    for (const { got } of await Promise.all(calls)) expect(got).toBe(sha);
    expect((await call('/trailers')).trailers).toBe('6');
    session.close();
  });
});

describe('connect, to', () => {
  it('our own server, by option and over TLS by ALPN', async () => {
    const plain = await connect(server.url, { protocol: 'h2' });
    expect(await plain.protocol).toBe('h2');
    const upload = body(countingSource({ chunkBytes: 10_000, totalBytes: MIB }));
    const echoed = await plain.fetch('/echo', { method: 'POST', body: upload });
    expect(digest(await bytes(bodyOf(echoed)))).toBe(sha);
    await plain.close();
    if (tls === undefined || secure === undefined) return;
    for (const protocol of ['auto', 'h2', 'http/1.1'] as const) {
      const agreed = await connect(secure.url, { protocol, ca: tls.cert });
      expect(await agreed.protocol).toBe(protocol === 'auto' ? 'h2' : protocol);
      expect(await (await agreed.fetch('/hello')).text()).toBe(`GET ${secure.url}hello`);
      await agreed.close();
    }
  });

  it('node:http2: 100 concurrent streams, bodies by SHA-256, trailers', async () => {
    const node = createServer({ maxSessionMemory: 1000 }, (request, response) => {
      if (request.url === '/echo') return void request.pipe(response);
      response.writeHead(200, { trailer: 'x-sum' });
      response.addTrailers({ 'x-sum': '6' });
      response.end(data);
    });
    const url = await listen(node);
    const connection = await connect(url, { protocol: 'h2' });
    const calls = Array.from({ length: 100 }, async (_, i) => {
      const upload = { method: 'POST', body: body(countingSource({ chunkBytes: 10_000, totalBytes: MIB })) };
      const response = await connection.fetch(i % 2 === 0 ? '/echo' : '/data', i % 2 === 0 ? upload : {});
      return digest(await bytes(bodyOf(response)));
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set([sha]));
    const response = await connection.fetch('/data');
    const trailers = trailersOf(response);
    await response.arrayBuffer();
    expect((await trailers).get('x-sum')).toBe('6');
    await connection.close();
    node.close();
  });

  it('node:http2 over TLS', async () => {
    if (tls === undefined) return;
    const node = createSecureServer(tls, (_request, response) => void response.end('secure'));
    const url = (await listen(node)).replace('http:', 'https:');
    const connection = await connect(url, { ca: tls.cert });
    expect(await connection.protocol).toBe('h2');
    expect(await (await connection.fetch('/')).text()).toBe('secure');
    await connection.close();
    node.close();
  });

  it('a node:http2 that aborts a response', async () => {
    const node = createServer();
    node.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.write('some', () => stream.destroy(new Error('oops')));
    });
    const connection = await connect(await listen(node), { protocol: 'h2' });
    const response = await connection.fetch('/');
    await expect(response.text()).rejects.toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 2 });
    await connection.close();
    node.close();
  });

  withPeer('nghttpd', 'nghttpd: a download, and an upload', async () => {
    const free = createServer();
    const port = new URL(await listen(free)).port;
    await new Promise((resolve) => free.close(resolve));
    const child = execFile('nghttpd', ['--no-tls', '-v', '-d', dir, '--echo-upload', port]);
    await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    const connection = await connect(`http://localhost:${port}`, { protocol: 'h2' });
    expect(digest(await bytes(bodyOf(await connection.fetch('/data'))))).toBe(sha);
    const upload = { method: 'POST', body: body(data) };
    expect(digest(await bytes(bodyOf(await connection.fetch('/data', upload))))).toBe(sha);
    await connection.close();
    child.kill();
  });
});

async function listen(node: Http2Server): Promise<string> {
  await new Promise<void>((resolve) => node.listen(0, resolve));
  return `http://localhost:${(node.address() as AddressInfo).port}`;
}

const PYTHON = `
import socket, sys, hashlib
import h2.connection, h2.config, h2.events
data = open(sys.argv[2], 'rb').read()
s = socket.create_connection(('localhost', int(sys.argv[1])))
c = h2.connection.H2Connection(config=h2.config.H2Configuration(client_side=True))
c.initiate_connection()
c.send_headers(1, [(':method', 'POST'), (':scheme', 'http'), (':authority', 'localhost'), (':path', '/echo')])
at = 0
got = hashlib.sha256()
done = False
def push():
    global at
    while at < len(data):
        n = min(c.local_flow_control_window(1), c.max_outbound_frame_size, len(data) - at)
        if n <= 0: return
        c.send_data(1, data[at:at + n], end_stream=at + n == len(data))
        at += n
while not done:
    push()
    s.sendall(c.data_to_send())
    for e in c.receive_data(s.recv(65536)):
        if isinstance(e, h2.events.DataReceived):
            got.update(e.data)
            c.acknowledge_received_data(e.flow_controlled_length, 1)
        if isinstance(e, (h2.events.StreamEnded, h2.events.StreamReset, h2.events.ConnectionTerminated)): done = True
s.sendall(c.data_to_send())
print(got.hexdigest())
`;
