import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type ClientHttp2Session, connect as connectH2 } from 'node:http2';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as ask, Agent as UndiciAgent } from 'undici';
import { type RunningServer, serve } from '../../adapters/node/mod.ts';
import { body, bytes, iterate } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { python, run, withPeer } from '../helpers/peers.ts';
import { ca, caFile, sha256, sha256Of, tls } from '../helpers/tls.ts';
import { handler, source, sum, total } from './tls-handler.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
const [file, out] = [join(folder, 'data'), join(folder, 'out')];
const small = new Uint8Array(10_000).fill(7);
const smallSum = await sha256Of(iterate(body(countingSource({ chunkBytes: 1000, totalBytes: 10_000 }))));
let server: RunningServer;
let url: string;
const errors: unknown[] = [];

beforeAll(async () => {
  writeFileSync(file, await bytes(body(source())));
  server = await serve(handler, { hostname: 'localhost', tls, onError: (error) => void errors.push(error) });
  ({ url } = server);
});
afterAll(async () => {
  server?.abort();
  rmSync(folder, { recursive: true });
  expect(errors).toEqual([]);
});

const versions = [
  ['1.2', ['--tls-max', '1.2']],
  ['1.3', ['--tlsv1.3']],
] as const;

describe('serve over TLS, for', () => {
  for (const [version, flags] of versions)
    withPeer('curl', `curl: bodies both ways over TLS ${version}, each protocol by ALPN`, async () => {
      for (const [flag, protocol] of [
        ['--http1.1', 'http/1.1'],
        ['--http2', 'h2'],
      ] as const) {
        const curl = async (...args: string[]): Promise<string> => {
          const all = ['-sS', '--cacert', caFile, '--max-time', '20', flag, ...flags, ...args];
          return (await run('curl', all)).stdout;
        };
        expect(await curl(url)).toBe(`${protocol} true TLSv${version} ${protocol}`);
        await curl('-o', out, `${url}data`);
        expect(sha256(readFileSync(out))).toBe(sum);
        await curl('-o', out, '-T', file, `${url}echo`);
        expect(sha256(readFileSync(out))).toBe(sum);
        expect(await curl('--data-binary', `@${file}`, `${url}sha`)).toBe(sum);
        const reused = await curl('-w', '%{num_connects} ', '-o', out, url, '-o', out, url);
        expect(reused).toBe('1 0 ');
      }
    });

  withPeer('nghttp', 'nghttp: an upload, a download, trailers', async () => {
    expect((await run('nghttp', ['-d', file, `${url}sha`])).stdout).toBe(sum);
    const options = { encoding: 'buffer', maxBuffer: 2 * total } as const;
    expect(sha256((await run('nghttp', [`${url}data`], options)).stdout)).toBe(sum);
    expect((await run('nghttp', ['-v', `${url}trailers`])).stdout).toContain('x-t: yes');
  });

  withPeer('h2load', 'h2load: 100 concurrent streams on each of 4 connections', async () => {
    const { stdout } = await run('h2load', ['-n', '1000', '-c', '4', '-m', '100', `${url}small`]);
    expect(stdout).toContain('1000 succeeded, 0 failed, 0 errored');
    expect(stdout).toContain('Application protocol: h2');
    const { stdout: older } = await run('h2load', ['--h1', '-n', '40', '-c', '4', `${url}small`]);
    expect(older).toContain('40 succeeded, 0 failed, 0 errored');
  });

  it('node:https: bodies both ways, trailers, one connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    const call = (path: string, upload?: Iterable<Uint8Array>): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const method = upload ? 'POST' : 'GET';
        const sent = request(`${url}${path}`, { agent, method }, resolve);
        sent.on('error', reject);
        if (upload === undefined) return void sent.end();
        sent.setHeader('trailer', 'x-t');
        sent.addTrailers({ 'x-t': 'up' });
        Readable.from(upload).pipe(sent);
      });
    expect(await sha256Of(await call('data'))).toBe(sum);
    const echoed = await call('echo', [readFileSync(file)]);
    expect(await sha256Of(echoed)).toBe(sum);
    expect(echoed.trailers).toEqual({ 'x-t': 'up' });
    const trailed = await call('trailers');
    expect(await sha256Of(trailed)).toBe(sha256(Buffer.from('abc')));
    expect(trailed.trailers).toEqual({ 'x-t': 'yes' });
    agent.destroy();
  });

  it('node:http2: 100 concurrent streams both ways, a long body, trailers', async () => {
    const session = connectH2(url, { ca, maxSessionMemory: 1000 });
    const calls = Array.from({ length: 100 }, () => upload(session, 'small', small));
    for (const { got, head } of await Promise.all(calls)) {
      expect(head['x-sum']).toBe(sha256(small));
      expect(got).toBe(smallSum);
    }
    expect((await upload(session, 'echo', readFileSync(file))).got).toBe(sum);
    expect((await upload(session, 'trailers', small)).trailers['x-t']).toBe('yes');
    session.close();
  });

  it.each([true, false])('undici, allowH2: %s: 100 at once, bodies both ways, trailers', async (allowH2) => {
    const dispatcher = new UndiciAgent({ allowH2, connections: 4, pipelining: 100, connect: { ca } });
    const post = { dispatcher, method: 'POST' } as const;
    const protocol = allowH2 ? 'h2' : 'http/1.1';
    expect(await (await ask(url, { dispatcher })).body.text()).toBe(`${protocol} true TLSv1.3 ${protocol}`);
    const calls = Array.from({ length: 100 }, async () => {
      const { headers, body: got } = await ask(`${url}small`, { ...post, body: small });
      await got.bytes();
      return headers['x-sum'];
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set([sha256(small)]));
    const { body: down } = await ask(`${url}data`, { dispatcher });
    expect(await sha256Of(down)).toBe(sum);
    const { body: up } = await ask(`${url}sha`, { ...post, body: Readable.from([readFileSync(file)]) });
    expect(await up.text()).toBe(sum);
    const { body: trailed, trailers } = await ask(`${url}trailers`, { dispatcher });
    expect(await trailed.text()).toBe('abc');
    // It reads none over HTTP/2.
    if (!allowH2) expect(trailers).toEqual({ 'x-t': 'yes' });
    await dispatcher.close();
  });

  withPeer('python3-h2', 'python3: ssl with h2, and http.client', async () => {
    const args = [join(import.meta.dirname, 'tls-client.py'), String(server.port), caFile, file];
    const { stdout } = await run(python, args);
    // h2 of python is slow.
    const part = sha256(readFileSync(file).subarray(0, 1024 * 1024));
    expect(stdout.trim().split('\n')).toEqual([`h2 ${part}`, `http/1.1 ${sum}`]);
  });

  withPeer(
    'openssl',
    'openssl s_client: each protocol that it may agree on, none, and none of ours',
    async () => {
      const answer = async (...flags: string[]): Promise<string> => {
        const all = [
          's_client',
          '-connect',
          `localhost:${server.port}`,
          '-CAfile',
          caFile,
          '-verify_return_error',
        ];
        const child = spawn('openssl', [...all, '-ign_eof', ...flags], { stdio: 'pipe' });
        child.stdin.end('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
        const [stdout, stderr] = await Promise.all([
          bytes(Readable.toWeb(child.stdout)),
          bytes(Readable.toWeb(child.stderr)),
        ]);
        return `${Buffer.from(stdout)}${Buffer.from(stderr)}`;
      };
      expect(await answer('-tls1_2', '-alpn', 'http/1.1')).toContain('http/1.1 true TLSv1.2 http/1.1');
      expect(await answer('-tls1_3')).toContain('http/1.1 true TLSv1.3 false');
      expect(await answer('-alpn', 'h2')).toContain('ALPN protocol: h2');
      expect(await answer('-alpn', 'spdy/1')).toContain('no application protocol');
      expect(await answer('-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0')).toContain('alert protocol version');
    },
  );
});

interface Uploaded {
  readonly head: Readonly<Record<string, unknown>>;
  readonly got: string;
  readonly trailers: Readonly<Record<string, unknown>>;
}

async function upload(session: ClientHttp2Session, path: string, data: Uint8Array): Promise<Uploaded> {
  const stream = session.request({ ':path': `/${path}`, ':method': 'POST' });
  let head = {};
  let trailers = {};
  stream.on('response', (fields) => {
    head = fields;
  });
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  stream.end(data);
  return { got: await sha256Of(stream), head, trailers };
}
