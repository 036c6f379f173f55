// 1 GiB over a real HTTP/2 connection, by SHA-256: up and down, against itself, node:http2 and curl. Too long for a
// spec; the record is bench/results/http2-soak.md.
//   node bench/soak/http2.mjs [bytes]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectH2, createServer } from 'node:http2';
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
  async (request) =>
    request.method === 'GET' ? respond(body(source())) : respond(await digest(iterate(bodyOf(request)))),
  { hostname: '127.0.0.1' },
);
const node = createServer((request, response) => {
  if (request.method === 'POST') return void digest(request).then((hash) => response.end(hash));
  const { pull } = source();
  const write = () => {
    for (let part = pull(); part !== null; part = pull())
      if (!response.write(part)) return response.once('drain', write);
    return response.end();
  };
  write();
});
await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve));
const there = `http://127.0.0.1:${node.address().port}/`;

const down = (url) => async () => {
  const connection = await connect(url, { protocol: 'h2' });
  const hash = await digest(iterate(bodyOf(await connection.fetch('/'))));
  await connection.close();
  return hash;
};
const up = (url) => async () => {
  const connection = await connect(url, { protocol: 'h2' });
  const hash = await (await connection.fetch('/', { method: 'POST', body: body(source()) })).text();
  await connection.close();
  return hash;
};
const curl = () =>
  new Promise((resolve, reject) => {
    const child = spawn('curl', ['-s', '--http2-prior-knowledge', server.url]);
    child.on('error', reject);
    digest(child.stdout).then(resolve, reject);
  });
const runs = {
  'down: sluice from sluice': down(server.url),
  'up: sluice to sluice': up(server.url),
  'down: sluice from node:http2': down(there),
  'up: sluice to node:http2': up(there),
  'down: node:http2 from sluice': async () => {
    const session = connectH2(server.url);
    const hash = await digest(session.request({ ':path': '/' }));
    session.close();
    return hash;
  },
  'down: curl from sluice': curl,
};
let failed = false;
for (const [name, run] of Object.entries(runs)) {
  const start = performance.now();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const hash = await run();
  clearInterval(watch);
  const right = hash === expected;
  failed ||= !right;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `| ${name} | ${right ? 'whole' : 'WRONG'} | ${seconds} s | ${(peak / 2 ** 20).toFixed(0)} MiB |`,
  );
}
server.abort();
node.close();
process.exitCode = failed ? 1 : 0;
