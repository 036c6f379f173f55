// 1 GiB over a real connection, by SHA-256: up and down, fixed length, chunked and until close, against itself, node:http and
// curl. Too long for a spec; the record is bench/results/http1-soak.md.
//   node bench/soak/http1.mjs [bytes]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const total = Number(process.argv[2] ?? 2 ** 30);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'sluice-soak-'));
const outfile = join(folder, 'sluice.mjs');
await build({
  stdin: {
    contents: `export * from './lib/mod.ts'; export * from './lib/http/mod.ts'; export * from './adapters/node/mod.ts';`,
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  outfile,
  logLevel: 'error',
});
const { serve, connect, respond, body, bodyOf, iterate } = await import(pathToFileURL(outfile).href);
await rm(folder, { recursive: true });

const block = new Uint8Array(65_536);
for (let i = 0; i < block.length; i++) block[i] = (i * 7919) % 251;
const source = () => {
  let left = total;
  return {
    pull() {
      if (left === 0) return null;
      const n = Math.min(left, block.length - (left % 1000));
      left -= n;
      return block.subarray(0, n);
    },
  };
};
const digest = async (from) => {
  const hash = createHash('sha256');
  for await (const chunk of from) hash.update(chunk);
  return hash.digest('hex');
};
const expected = await digest(iterate(body(source())));

const server = await serve(
  async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/length') return respond(body(source(), { byteLength: total }));
    if (pathname === '/chunked') return respond(body(source()));
    return respond(await digest(iterate(bodyOf(request))));
  },
  { hostname: '127.0.0.1' },
);
const node = createServer((req, res) => {
  digest(req).then((text) => res.end(text));
});
await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve));

const curl = (...args) =>
  new Promise((resolve, reject) => {
    const child = spawn('curl', ['-sS', ...args], { stdio: ['ignore', 'pipe', 'inherit'] }).on(
      'error',
      reject,
    );
    digest(child.stdout).then(resolve, reject);
  });
/** One connection for each task: the server closes those that idle. */
const over = async (task) => {
  const connection = await connect(server.url);
  const result = await task(connection);
  await connection.close();
  return result;
};
const upload = async (to, init) => (await to.fetch('/up', { method: 'POST', ...init })).text();
const tasks = {
  'down, length, connect': () => over(async (to) => digest(iterate((await to.fetch('/length')).body))),
  'down, chunked, connect': () => over(async (to) => digest(iterate((await to.fetch('/chunked')).body))),
  'down, chunked, fetch': async () => digest((await fetch(`${server.url}chunked`)).body),
  'down, length, http.get': () =>
    new Promise((resolve) => get(`${server.url}length`, (res) => resolve(digest(res)))),
  'down, until close, curl 1.0': () => curl('--http1.0', `${server.url}chunked`),
  'up, length, connect': () => over((to) => upload(to, { body: body(source(), { byteLength: total }) })),
  'up, chunked, connect': () => over((to) => upload(to, { body: body(source()) })),
  'up, chunked, fetch': async () =>
    (await fetch(`${server.url}up`, { method: 'POST', body: body(source()), duplex: 'half' })).text(),
  'up, chunked, connect to node:http': async () => {
    const to = await connect(`http://127.0.0.1:${node.address().port}`);
    const text = await upload(to, { body: body(source()) });
    await to.close();
    return text;
  },
};
console.log(`# ${total} bytes by SHA-256, node ${process.version}\n`);
let failed = false;
for (const [name, task] of Object.entries(tasks)) {
  const began = performance.now();
  const right = (await task()) === expected;
  failed ||= !right;
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `- ${name}: ${right ? 'equal' : 'DIFFERENT'}, ${((performance.now() - began) / 1000).toFixed(1)} s, ${rss} MiB resident`,
  );
}
await server.close();
node.close();
process.exitCode = failed ? 1 : 0;
