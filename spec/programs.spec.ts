import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { openBrowser } from './helpers/browser.ts';
import {
  bun,
  chromium,
  deno,
  quietEnv,
  type Runtime,
  runtimes,
  scriptArgs,
  workerd,
} from './helpers/runtimes.ts';
import { serveWorker } from './helpers/workerd.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const node: Runtime = { ...(runtimes[0] as Runtime), name: 'node' };
const some = Buffer.from(Uint8Array.from({ length: 1 << 20 }, (_, i) => i % 251));
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

/** The programs of examples/, as their comments say to run them. */
describe('the programs of examples/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-examples-'));
  const children: ChildProcess[] = [];
  let upstream: Server;
  let origin: string;
  /** The next client of `/endless` to leave. */
  let left: () => void = () => {};

  beforeAll(async () => {
    upstream = createServer((req, res) => {
      if (req.url === '/some') res.setHeader('content-length', some.byteLength).end(some);
      else if (req.url === '/cut')
        res.writeHead(200, { 'content-length': '1000' }).write('part', () => res.destroy());
      else {
        res.on('close', () => left());
        // workerd hears of a client that has left only when it writes.
        const more = (): void => {
          while (res.write(some));
        };
        res.on('drain', more);
        more();
      }
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    origin = `http://127.0.0.1:${portOf(upstream)}`;
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a program and gives the URL in its first line. */
  const start = async ({ name, path }: Runtime, script: string, env = {}): Promise<string> => {
    const child = spawn(path ?? '', [...(scriptArgs[name] ?? []), script], {
      cwd: root,
      env: { ...quietEnv, PORT: '0', NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = await once(createInterface(child.stdout), 'line');
    return /http:\/\/[^/\s]+/.exec(String(line))?.[0] ?? '';
  };
  const bundle = async (script: string): Promise<string> => {
    const outfile = join(folder, script.replaceAll('/', '-'));
    await build({
      absWorkingDir: root,
      entryPoints: [script],
      outfile,
      bundle: true,
      format: 'esm',
      logLevel: 'error',
      external: ['cloudflare:*'],
    });
    return outfile;
  };
  const serveIn = async (runtime: Runtime): Promise<{ url: string; stop(): Promise<void> }> => {
    if (runtime.name === 'workerd')
      return serveWorker(await bundle('examples/everywhere/worker.mjs'), ['enable_request_signal']);
    const url = await start(runtime, `examples/everywhere/${runtime.name}.mjs`);
    return { url, stop: async () => void children.at(-1)?.kill('SIGKILL') };
  };
  const missing = ({ name }: Runtime): void =>
    it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});

  for (const runtime of [node, deno, bun, workerd]) {
    if (runtime.path === undefined) missing(runtime);
    else
      it(`everywhere/handler.mjs serves events and a proxied stream in ${runtime.name}`, async () => {
        const { url, stop } = await serveIn(runtime);
        try {
          const events = (await fetch(`${url}/events`)).body?.getReader();
          const first = new TextDecoder().decode((await events?.read())?.value);
          expect(first).toMatch(/^event: tick\nid: 1\ndata: \d{4}-/);
          await events?.cancel();
          const proxied = await fetch(`${url}/proxy?url=${origin}/some`);
          expect(sha(new Uint8Array(await proxied.arrayBuffer()))).toBe(sha(some));
          const gone = new Promise<void>((resolve) => {
            left = resolve;
          });
          const endless = (await fetch(`${url}/proxy?url=${origin}/endless`)).body?.getReader();
          await endless?.read();
          await endless?.cancel();
          await gone;
          expect((await fetch(`${url}/proxy`)).status).toBe(400);
        } finally {
          await stop();
        }
      });
  }

  if (deno.path === undefined) missing(deno);
  else
    it('deno-download.mjs writes a file with progress, and leaves none of a download that breaks', async () => {
      const args = [...(scriptArgs['deno'] ?? []), 'examples/deno-download.mjs'];
      const run = (path: string, file: string) =>
        promisify(execFile)(deno.path ?? '', [...args, origin + path, file], { cwd: root, env: quietEnv });
      const file = join(folder, 'some');
      const { stderr } = await run('/some', file);
      expect(stderr).toContain(`${some.byteLength} of ${some.byteLength} bytes`);
      expect(sha(readFileSync(file))).toBe(sha(some));
      const cut = join(folder, 'cut');
      await expect(run('/cut', cut)).rejects.toThrow();
      expect(existsSync(cut)).toBe(false);
    });

  if (workerd.path === undefined) missing(workerd);
  else
    it('worker-h2.mjs reads trailers over a raw socket', async () => {
      const server = http2.createServer((_req, res) => {
        res.write(some);
        res.addTrailers({ 'x-sum': sha(some) });
        res.end();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const worker = await serveWorker(await bundle('examples/worker-h2.mjs'), ['enable_request_signal']);
      try {
        const response = await fetch(`${worker.url}/?url=http://127.0.0.1:${portOf(server)}/`);
        expect({ body: await response.text(), errors: worker.errors() }).toEqual({
          body: JSON.stringify({ status: 200, bytes: some.byteLength, trailers: { 'x-sum': sha(some) } }),
          errors: '',
        });
      } finally {
        await worker.stop();
        server.close();
      }
    });

  if (chromium.path === undefined) missing(chromium);
  else
    it('browser/ hands a large body to a worker and stops it, and a service worker serves the handler', async () => {
      // More than the 57 MiB that Chromium reads ahead.
      const mebibytes = 96;
      const site = await start(node, 'examples/browser/serve.mjs', { MIB: String(mebibytes) });
      const worker = readFileSync(await bundle('examples/everywhere/service-worker.mjs'), 'utf8');
      const script = `
import { hashInWorker } from '/examples/browser/page.mjs';
export default async () => {
  const progress = [];
  const hash = await hashInWorker('/large', { onProgress: (one) => progress.push(one) });
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error('stopped'));
  const stopped = await hashInWorker('/large', { signal: controller.signal, onProgress }).catch(String);

  await navigator.serviceWorker.register('/service-worker.js');
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller)
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  const reader = (await fetch('/everywhere/events')).body.getReader();
  const event = new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  const proxied = await fetch('/everywhere/proxy?url=' + encodeURIComponent(location.origin + '/some'));
  return { hash, last: progress.at(-1), stopped, event, proxied: (await proxied.arrayBuffer()).byteLength };
};`;
      let cancelled: () => void = () => {};
      const stopped = new Promise<void>((resolve) => {
        cancelled = resolve;
      });
      const browser = await openBrowser((req, res) => {
        res.setHeader('content-type', 'text/javascript');
        if (req.url === '/start.mjs') res.end(script);
        else if (req.url === '/service-worker.js') res.end(worker);
        else if (req.url === '/some') res.end(some);
        else
          get(site + req.url, (from) => {
            res.writeHead(from.statusCode ?? 500, from.headers);
            from.pipe(res).on('close', () => {
              if (!res.writableFinished) cancelled();
              from.destroy();
            });
          });
      });
      try {
        let hash = 0x811c9dc5;
        // A global of Jest's costs a call out of its context.
        const { imul } = Math;
        for (let left = mebibytes << 20; left > 0; left--) hash = imul(hash, 0x01000193);
        expect(await browser.run('/start.mjs')).toEqual({
          hash: (hash >>> 0).toString(16),
          last: expect.objectContaining({ bytes: mebibytes << 20, total: mebibytes << 20 }),
          stopped: 'Error: stopped',
          event: expect.stringMatching(/^event: tick\nid: 1\ndata: /),
          proxied: some.byteLength,
        });
        await stopped;
      } finally {
        await browser.stop();
      }
    }, 60_000);
});

/** Long runs are no specs: what they need of the sources must not go away unseen. */
it('the sources that scripts and benches name are there', () => {
  const files = ['scripts', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(root, folder, name),
    ),
  );
  const programs = files.filter((file) => file.endsWith('.mjs'));
  const named = programs.flatMap((program) =>
    [...readFileSync(program, 'utf8').matchAll(/'((?:lib|adapters|spec)\/[\w/-]+\.ts)'/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(named).toContain('lib/mod.ts');
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
