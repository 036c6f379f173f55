import { type ChildProcess, execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, request as httpRequest } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as undiciRequest } from 'undici';
import { connect, type RunningServer, serve } from '../../adapters/node/mod.ts';
import { respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const run = promisify(execFile);
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const has = (tool: string) => {
  try {
    execFileSync('which', [tool]);
    return true;
  } catch {
    return false;
  }
};
const bytesOf = (size: number) => {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = i % 251;
  return bytes;
};
/** A spec that needs a tool, or one that says which is missing. */
const needs = (tool: string) => (has(tool) ? it : it.skip);
const named = (tool: string, text: string) =>
  has(tool) ? text : `${text} (skipped: ${tool} is not installed)`;
const sizes = [0, 1, 1_048_576];

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-serve-'));
  server = await serve(
    async (request, info) => {
      const { pathname, searchParams } = new URL(request.url);
      const size = Number(searchParams.get('size') ?? 0);
      const source = countingSource({ chunkBytes: 10_000, totalBytes: size, async: true });
      if (pathname === '/length') return respond(body(source, { byteLength: size }));
      if (pathname === '/chunked')
        return respond(body(source, { trailers: new Headers({ 'x-size': String(size) }) }));
      if (pathname === '/echo') return respond(bodyOf(request));
      if (pathname === '/native') return new Response(request.body);
      if (pathname === '/sha') {
        const { bytes, trailers } = await collect(bodyOf(request));
        return respond(sha(bytes()), { headers: { 'x-trailer': trailers.get('x-t') ?? '' } });
      }
      if (pathname === '/early') return respond('early');
      return respond(`${request.method} ${info.remoteAddress}`);
    },
    { hostname: '127.0.0.1' },
  );
});

afterAll(async () => {
  server.abort();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('serve: peers', () => {
  needs('curl')(named('curl', 'curl: both directions, every framing, one connection'), async () => {
    const curl = (...args: string[]) =>
      run('curl', ['-sS', '--max-time', '10', ...args], { encoding: 'buffer', maxBuffer: 1 << 24 });
    for (const size of sizes) {
      const file = join(folder, `upload-${size}`);
      writeFileSync(file, bytesOf(size));
      for (const version of ['--http1.1', '--http1.0']) {
        for (const path of ['length', 'chunked']) {
          const { stdout } = await curl(version, `${server.url}${path}?size=${size}`);
          expect(sha(stdout)).toBe(sha(bytesOf(size)));
        }
      }
      for (const how of ['x-a: 1', 'transfer-encoding: chunked', 'expect: 100-continue']) {
        const { stdout } = await curl('-H', how, '--data-binary', `@${file}`, `${server.url}echo`);
        expect(sha(stdout)).toBe(sha(bytesOf(size)));
      }
    }
    const { stdout } = await curl('-w', '%{num_connects} ', `${server.url}a`, `${server.url}b`);
    expect(stdout.toString()).toBe('GET 127.0.0.11 GET 127.0.0.10 ');
  });

  it('global fetch, undici and node:http clients', async () => {
    for (const size of sizes) {
      for (const path of ['echo', 'native']) {
        const echoed = await fetch(`${server.url}${path}`, { method: 'POST', body: bytesOf(size) });
        expect(sha(new Uint8Array(await echoed.arrayBuffer()))).toBe(sha(bytesOf(size)));
      }
      const streamed = await fetch(`${server.url}echo`, {
        method: 'POST',
        body: body(countingSource({ chunkBytes: 5000, totalBytes: size, async: true })),
        duplex: 'half',
      } as RequestInit);
      expect(sha(new Uint8Array(await streamed.arrayBuffer()))).toBe(sha(bytesOf(size)));
      const { body: got, trailers } = await undiciRequest(`${server.url}chunked?size=${size}`);
      expect(sha(new Uint8Array(await got.arrayBuffer()))).toBe(sha(bytesOf(size)));
      expect(trailers).toEqual({ 'x-size': String(size) });
    }
    const reply = await new Promise<string[]>((resolve, reject) => {
      const upload = httpRequest(
        `${server.url}sha`,
        { method: 'POST', headers: { trailer: 'x-t' } },
        (res) => {
          res.setEncoding('utf8');
          let text = '';
          res.on('data', (chunk) => void (text += chunk));
          res.on('end', () => resolve([text, String(res.headers['x-trailer'])]));
        },
      );
      upload.on('error', reject);
      upload.write(bytesOf(100_000));
      upload.addTrailers({ 'x-t': 'sent' });
      upload.end();
    });
    expect(reply).toEqual([sha(bytesOf(100_000)), 'sent']);
  });

  it.each(['nginx', 'haproxy'])('%s in front', async (proxy) => {
    if (!has(proxy)) return console.warn(`skipped: ${proxy} is not installed`);
    const port = await freePort();
    const config = join(folder, `${proxy}.conf`);
    writeFileSync(config, proxyConfig(proxy, port, server.port));
    const args =
      proxy === 'nginx' ? ['-c', config, '-p', folder, '-e', join(folder, 'error.log')] : ['-f', config];
    const child = execFile(proxy, args);
    child.on('error', () => {});
    try {
      await reachable(port, child);
      for (const size of sizes) {
        for (const path of ['length', 'chunked']) {
          const got = await fetch(`http://127.0.0.1:${port}/${path}?size=${size}`);
          expect(sha(new Uint8Array(await got.arrayBuffer()))).toBe(sha(bytesOf(size)));
        }
        const echoed = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: bytesOf(size) });
        expect(sha(new Uint8Array(await echoed.arrayBuffer()))).toBe(sha(bytesOf(size)));
      }
    } finally {
      child.kill();
    }
  });

  it('an early reply arrives whole at a node:http client that uploads 64 MiB', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const upload = httpRequest(`${server.url}early`, { method: 'POST' }, (res) => {
        res.setEncoding('utf8');
        let text = '';
        res.on('data', (chunk) => void (text += chunk));
        res.on('end', () => resolve(text));
      });
      upload.on('error', reject);
      const chunk = new Uint8Array(65_536);
      let left = 1024;
      const write = () => {
        while (left-- > 0) if (!upload.write(chunk)) return void upload.once('drain', write);
        upload.end();
      };
      write();
    });
    expect(text).toBe('early');
  });
});

describe('connect: peers', () => {
  it('a node:http server: both directions, every framing, one connection, trailers', async () => {
    let connections = 0;
    const node = createServer((req, res) => {
      if (req.url === '/trailers') {
        res.writeHead(200, { trailer: 'x-t' });
        res.write('abc');
        res.addTrailers({ 'x-t': '1' });
        res.end();
      } else if (req.url === '/close') {
        res.writeHead(200, { connection: 'close' });
        res.useChunkedEncodingByDefault = false;
        req.pipe(res);
      } else {
        if (req.headers['content-length']) res.setHeader('content-length', req.headers['content-length']);
        req.pipe(res);
      }
    });
    node.on('connection', () => connections++);
    await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
    const { port } = node.address() as AddressInfo;
    const connection = await connect(`http://127.0.0.1:${port}`);
    for (const size of sizes) {
      for (const known of [true, false]) {
        const source = countingSource({ chunkBytes: 9000, totalBytes: size, async: known });
        const upload = known ? body(source, { byteLength: size }) : body(source);
        const echoed = await connection.fetch('/', { method: 'POST', body: upload });
        expect(sha(new Uint8Array(await echoed.arrayBuffer()))).toBe(sha(bytesOf(size)));
        const reader = (
          (await connection.fetch('/', { method: 'POST', body: bytesOf(size) })).body as ReadableStream
        ).getReader({ mode: 'byob' });
        const hash = createHash('sha256');
        let view = new Uint8Array(10_000);
        for (;;) {
          const { done, value } = await reader.read(view);
          if (done) break;
          hash.update(value);
          view = new Uint8Array(value.buffer);
        }
        expect(hash.digest('hex')).toBe(sha(bytesOf(size)));
      }
    }
    const trailed = await connection.fetch('/trailers');
    expect(await trailed.text()).toBe('abc');
    expect((await trailersOf(trailed)).get('x-t')).toBe('1');
    expect(connections).toBe(1);
    const last = await connection.fetch('/close', { method: 'POST', body: bytesOf(100_000) });
    expect(sha(new Uint8Array(await last.arrayBuffer()))).toBe(sha(bytesOf(100_000)));
    await connection.closed;
    node.close();
  });

  it('refused, aborted, and what is no URL of ours', async () => {
    await expect(connect(`http://127.0.0.1:${await freePort()}`)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    for (const url of ['ftp://a/', '/a', 'nonsense', undefined, 5])
      await expect(connect(url as string)).rejects.toThrow(
        `Cannot connect as the URL must be one of http: or https:: received ${url}`,
      );
    const before = server.connections.size;
    await expect(connect(server.url, { highWaterMark: 0 })).rejects.toThrow(RangeError);
    expect(server.connections.size).toBe(before);
    const reason = new Error('stop');
    await expect(connect(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  needs('openssl')(named('openssl', 'TLS with a self-signed certificate'), async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    );
    const ca = readFileSync(cert);
    const secure = await serve(
      (request, info) => respond(body([`${request.url} ${info.encrypted} `, 'x'.repeat(100_000)])),
      {
        hostname: 'localhost',
        tls: { key: readFileSync(key), cert: ca },
      },
    );
    expect(secure.url).toBe(`https://localhost:${secure.port}/`);
    await expect(connect(secure.url)).rejects.toMatchObject({ code: expect.stringMatching(/CERT/) });
    const connection = await connect(secure.url, { ca });
    for (let i = 0; i < 3; i++) {
      const text = await (await connection.fetch('/x')).text();
      expect(text).toBe(`https://localhost:${secure.port}/x true ${'x'.repeat(100_000)}`);
    }
    await connection.close();
    await secure.close();
  });
});

describe.each(['http/1.1', 'h2'] as const)(
  '%s: a source that fills one buffer again and again',
  (protocol) => {
    it.each([64, 5000, 20_000, 65_536, 100_000])('of %d bytes', async (size) => {
      const count = Math.ceil(2_000_000 / size);
      // More than a frame, and more in a frame than is copied.
      const maxFrameSize = size === 100_000 ? 1_000_000 : 16_384;
      const reusing = () => {
        const memory = new Uint8Array(size);
        let n = 0;
        return body(
          { pull: () => (n === count ? null : memory.fill(n++ % 251)) },
          { byteLength: count * size },
        );
      };
      const wrong = (received: Uint8Array) => {
        let sum = 0;
        for (let i = 0; i < received.length; i++) if (received[i] !== Math.floor(i / size) % 251) sum++;
        return sum;
      };
      // A busy machine is no idle connection.
      const own = await serve(
        async (request) => {
          const received = request.method === 'POST' ? await bytes(bodyOf(request)) : undefined;
          return respond(received ? String(wrong(received)) : reusing());
        },
        { keepAliveTimeout: 60_000, maxFrameSize },
      );
      // Large windows: nothing but the transport holds it back.
      const connection = await connect(own.url, { protocol, highWaterMark: 4_000_000, maxFrameSize });
      expect(wrong(await bytes(bodyOf(await connection.fetch('/'))))).toBe(0);
      const response = await connection.fetch('/', { method: 'POST', body: reusing(), duplex: 'half' });
      expect(await response.text()).toBe('0');
      await connection.close();
      await own.close();
    });
  },
);

describe('serve: its life', () => {
  it('what can not be is refused before it listens', async () => {
    const mistakes: [unknown, object, string][] = [
      [undefined, {}, 'the handler must be a function: received undefined'],
      [
        () => respond(),
        { highWaterMark: 0 },
        'highWaterMark as it must be a whole number from 1: received 0',
      ],
      [() => respond(), { protocol: 'h3' }, "protocol as it must be 'http/1.1', 'h2' or 'auto': received h3"],
      [() => respond(), { keepAliveTimeout: -1 }, 'keepAliveTimeout as it must be from 0 to'],
      [() => respond(), { onListen: 5 }, 'onListen as it must be a function: received 5'],
      [() => respond(), { signal: 5 }, 'signal as it must be an AbortSignal: received 5'],
    ];
    const { port } = server;
    // A port that is taken: who listened first would say so.
    for (const [handler, options, message] of mistakes)
      await expect(serve(handler as never, { port, hostname: '127.0.0.1', ...options })).rejects.toThrow(
        message,
      );
  });

  it.each(['a signal that aborts while it begins to listen', 'an onListen that throws'])(
    '%s leaves no listener',
    async (how) => {
      const reason = new Error('stop');
      const controller = new AbortController();
      const port = await freePort();
      const onListen = (): void => {
        throw reason;
      };
      const beginning = serve(() => respond(), {
        port,
        ...(how.startsWith('a signal') ? { signal: controller.signal } : { onListen }),
      });
      controller.abort(reason);
      await expect(beginning).rejects.toBe(reason);
      await (await serve(() => respond(), { port })).close();
    },
  );

  it('close() finishes what is open, abort() does not, and both are seen', async () => {
    let answer = (_response: Response): void => {};
    const begun = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    let reply = (_response: Response): void => {};
    const own = await serve(
      () => {
        answer(respond(''));
        return new Promise<Response>((resolve) => void (reply = resolve));
      },
      { onListen: ({ url }) => expect(url).toMatch(/^http:\/\/localhost:\d+\/$/) },
    );
    const open = fetch(own.url);
    await begun;
    expect(own.connections.size).toBe(1);
    const closing = own.close();
    reply(respond('last'));
    expect(await (await open).text()).toBe('last');
    await closing;
    expect(own.connections.size).toBe(0);
    await expect(fetch(own.url)).rejects.toThrow();
  });

  it('a client that leaves: the source is cancelled, the signal aborted', async () => {
    const source = countingSource({ chunkBytes: 1000, async: true });
    const { signal, left } = await new Promise<{ signal: AbortSignal; left: () => void }>((resolve) => {
      serve((request) => {
        resolve({ signal: request.signal, left: () => void own.then((it) => it.close()) });
        return respond(body(source));
      }).then((it) => {
        void get(it.url, (res) => res.once('data', () => res.destroy())).on('error', () => {});
        resolveOwn(it);
      });
    });
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    expect(source.cancelled?.reason).toBe(signal.reason);
    expect(signal.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    left();
  });
});

let resolveOwn = (_server: RunningServer): void => {};
const own = new Promise<RunningServer>((resolve) => {
  resolveOwn = resolve;
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits for a port that a program of ours is about to open. */
async function reachable(port: number, program: ChildProcess): Promise<void> {
  while (program.exitCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connectTcp(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
  }
  throw new Error(`nothing listens on ${port}`);
}

function proxyConfig(proxy: string, port: number, target: number): string {
  if (proxy === 'haproxy')
    return `defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend f
  bind 127.0.0.1:${port}
  default_backend b
backend b
  server s 127.0.0.1:${target}
`;
  return `daemon off; master_process off; pid nginx.pid; error_log error.log;
events {}
http {
  access_log off; client_max_body_size 0; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
  uwsgi_temp_path t4; scgi_temp_path t5;
  upstream up { server 127.0.0.1:${target}; keepalive 4; }
  server { listen 127.0.0.1:${port};
    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off; proxy_buffering off; } }
}
`;
}
