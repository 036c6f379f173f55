// What each adapter holds for a peer that stalls, how fast a cancel arrives, and what a killed peer does to both bodies.
// Needs a build: `npm run build && node bench/adapters.mjs [rounds]`. Kept in results/adapters.md; `--json` prints numbers only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { kernelQueues } from './kernel-queues.mjs';
import { adapters } from './runtimes.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.slice(2).find((one) => /^\d+$/.test(one)) ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const children = new Set();

/** Starts a process; `lines` gives what it prints. */
function run(path, args, stdio = ['ignore', 'pipe', 'inherit'], output = 1) {
  const child = spawn(path, args, { cwd: at('..'), stdio, env: { ...process.env, NO_COLOR: '1' } });
  children.add(child);
  const lines = createInterface(child.stdio[output])[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value);
  return { line, kill: () => child.kill('SIGKILL') };
}

async function workerd(path) {
  await build({
    entryPoints: [at('peers/worker.mjs')],
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    external: ['cloudflare:*'],
  });
  const config = join(folder, 'config.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["no_nodejs_compat", "enable_request_signal"],
);`,
  );
  return run(path, ['serve', '--control-fd=3', config], ['ignore', 'inherit', 'inherit', 'pipe'], 3);
}

async function serveIn({ name, path, args }) {
  const started =
    name === 'workerd'
      ? await workerd(path)
      : run(path, [...args, at('peers/process.mjs'), `sluice/${name}`, 'serve']);
  const { port } = await started.line();
  return { ...started, port };
}

async function clientIn({ name, path, args }, role, port, protocol) {
  const url = `http://127.0.0.1:${port}`;
  if (name !== 'workerd')
    return run(path, [...args, at('peers/process.mjs'), `sluice/${name}`, role, url, protocol]);
  const worker = await serveIn({ name, path });
  const query = new URLSearchParams({ url, protocol });
  const response = await fetch(`http://127.0.0.1:${worker.port}/-/${role}?${query}`);
  const lines = createInterface(Readable.fromWeb(response.body).on('error', () => {}))[
    Symbol.asyncIterator
  ]();
  return { line: async () => JSON.parse((await lines.next()).value), kill: worker.kill };
}

/** Asks until the answer stays the same. */
async function settled(ask) {
  for (let last = -1, same = 0; ; ) {
    const now = await ask();
    same = now === last ? same + 1 : 0;
    if (same === 20) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const ask = async (port, path) => (await fetch(`http://127.0.0.1:${port}${path}`)).json();

/** Sends a GET and gives the socket when the first bytes of the body have come. */
async function firstBytes(port, path) {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

/** Bytes that a server has taken from its source for a client that stalls, less the client's and the kernel's. */
async function sendSlack(port) {
  const socket = await firstBytes(port, '/?id=slack');
  const pulled = await settled(async () => (await ask(port, '/state?id=slack')).pulled);
  const held = pulled - kernelQueues(port, socket.localPort) - socket.bytesRead;
  socket.destroy();
  return Math.max(0, held);
}

/** Bytes that a client has taken from the network for a reader that stalls, less the reader's and the kernel's. */
async function receiveSlack(runtime) {
  const chunk = Buffer.alloc(65_536);
  let sent = () => 0;
  const server = createServer((req, res) => {
    const { socket } = req;
    res.writeHead(200, { 'content-length': 1e15 });
    const more = () => {
      while (res.write(chunk));
    };
    res.on('drain', more);
    more();
    sent = () =>
      socket.bytesWritten - socket.writableLength - kernelQueues(socket.localPort, socket.remotePort);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await clientIn(runtime, 'stall', server.address().port, 'http/1.1');
  const { delivered } = await client.line();
  const held = (await settled(async () => sent())) - delivered;
  client.kill();
  server.closeAllConnections();
  server.close();
  return Math.max(0, held);
}

/** From a client's leaving to another's hearing that its exchange is over, in ms; and pulls after the cancel. */
async function leave(port, kind) {
  const times = [];
  let after = 0;
  let cancelled = 0;
  for (let n = 0; n < rounds; n++) {
    const id = `${kind}-${n}`;
    const socket = await firstBytes(port, `/?id=${id}${kind === 'idle' ? '&idle' : ''}`);
    const over = ask(port, `/over?id=${id}`).catch(() => {});
    await ask(port, `/state?id=${id}`);
    const began = performance.now();
    socket.resetAndDestroy();
    await over;
    times.push(performance.now() - began);
    const state = await ask(port, `/state?id=${id}`);
    after += state.after;
    cancelled += Number(state.cancelled);
  }
  times.sort((a, b) => a - b);
  const quantile = (p) => times[Math.min(times.length - 1, Math.floor(times.length * p))];
  return { p50: quantile(0.5), p99: quantile(0.99), after, missed: rounds - cancelled };
}

/** Kills one side of a request whose bodies are under way, and gives what the other side's bodies came to. */
async function killed(runtime, protocol) {
  const node = adapters[0];
  const server = await serveIn(node);
  const client = await clientIn(runtime, 'duplex', server.port, protocol);
  await client.line();
  client.kill();
  let began = performance.now();
  await fetch(`http://127.0.0.1:${server.port}/over?id=duplex`);
  const serverTime = performance.now() - began;
  const { upload, cancelled } = await ask(server.port, '/state?id=duplex');

  const other = await clientIn(runtime, 'duplex', server.port, protocol);
  await other.line();
  server.kill();
  began = performance.now();
  const outcome = await other.line();
  other.kill();
  return {
    server: { upload, cancelled, ms: serverTime },
    client: { ...outcome, ms: performance.now() - began },
  };
}

const results = {};
try {
  for (const runtime of adapters) {
    const server = await serveIn(runtime);
    const own = runtime.name === 'workerd';
    results[runtime.name] = {
      sends: own ? null : await sendSlack(server.port),
      receives: await receiveSlack(runtime),
      active: await leave(server.port, 'active'),
      idle: await leave(server.port, 'idle'),
      'http/1.1': await killed(runtime, 'http/1.1'),
      h2: await killed(runtime, 'h2'),
    };
    server.kill();
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

if (json) process.stdout.write(JSON.stringify(results));
else {
  const kib = (bytes) => (bytes === null ? '–' : `${Math.round(bytes / 1024)} KiB`);
  const ms = (time) => time.toFixed(2);
  const lines = [
    '# Adapters',
    '',
    `On Linux, loopback, ${new Date().toISOString().slice(0, 10)}. Each runtime through its adapter; what workerd serves goes by its own server.`,
    '',
    '## Held for a peer that stalls',
    '',
    'Bytes taken from the source, or from the network, less what the peer or reader has and what the kernel queues. The bound is the',
    "highWaterMark of 64 KiB and two reads of the runtime's socket, 192 KiB.",
    '',
    '| runtime | sends | receives |',
    '| --- | ---: | ---: |',
    ...Object.entries(results).map(
      ([name, { sends, receives }]) => `| ${name} | ${kib(sends)} | ${kib(receives)} |`,
    ),
    '',
    '## From a disconnect to the cancel',
    '',
    `Until another client hears that the exchange is over: with that answer's way. ${rounds} rounds, ms. A source that is pulled all the time, and one whose pull is pending.`,
    '',
    '| runtime | active p50 | p99 | idle p50 | p99 | pulls after the cancel |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...Object.entries(results).map(
      ([name, { active, idle }]) =>
        `| ${name} | ${ms(active.p50)} | ${ms(active.p99)} | ${ms(idle.p50)} | ${ms(idle.p99)} | ${active.after + idle.after} |`,
    ),
    '',
    '## A peer process that is killed',
    '',
    "With bodies under way in both directions; the other peer is sluice/node. What they came to, and ms from the kill to both ends' having heard.",
    '',
    '| client | protocol | client killed: upload, response body | ms | server killed: upload, response body | ms |',
    '| --- | --- | --- | ---: | --- | ---: |',
    ...Object.entries(results).flatMap(([name, of]) =>
      ['http/1.1', 'h2'].map((protocol) => {
        const { server, client } = of[protocol];
        const there = `${server.upload}, ${server.cancelled ? 'cancelled' : 'not cancelled'}`;
        return `| ${name} | ${protocol} | ${there} | ${ms(server.ms)} | ${client.upload}, ${client.download} | ${ms(client.ms)} |`;
      }),
    ),
    '',
  ];
  console.log(lines.join('\n'));
  writeFileSync(new URL('./results/adapters.md', import.meta.url), lines.join('\n'));
}
process.exit(0);
