// HTTP/2 in paired rounds: Sluice's server and client against node:http2, with nghttp2's tools at the other end.
//   node bench/http2.mjs [--rounds 15] [--only hello] [--node path/to/node] [--save] [--prof server-sluice]
// Every server and client is a process of its own, server on one core and client on the other where taskset is there. In
// each round all of a group run one after the other, every other round backwards; ratios are medians of the rounds' ratios,
// times medians. CPU time is that of our side's process alone. Each server that is measured is three processes that take
// turns: what V8 has settled on for one (the size of its young generation above all) makes it faster or slower by a third.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median, on, options, workers } from './workers.mjs';

const { values: args } = parseArgs({ options });
const results = fileURLToPath(new URL('results/http2.md', import.meta.url));
const run = promisify(execFile);
const MIB = 1024 * 1024;

const worker = fileURLToPath(new URL('http2-worker.mjs', import.meta.url));
const { folder, processes, start, end } = await workers(worker, args);
writeFileSync(join(folder, 'big'), new Uint8Array(256 * MIB).fill(97));
writeFileSync(join(folder, 'small'), new Uint8Array(16 * MIB).fill(97));

async function nghttpd() {
  const probe = createServer();
  const port = await new Promise((resolve) => probe.listen(0, () => resolve(probe.address().port)));
  await new Promise((resolve) => probe.close(resolve));
  const [command, ...rest] = on(0, ['nghttpd', '--no-tls', '-d', folder, String(port)]);
  const child = spawn(command, rest, { stdio: 'ignore' });
  processes.push(child);
  await new Promise((resolve) => setTimeout(resolve, 500));
  return port;
}

/** The processes of each server, and the rounds before those that count: two for each process. */
const PROCESSES = 3;
const WARMUP = 2 * PROCESSES;
const several = (role) => Promise.all(Array.from({ length: PROCESSES }, () => start(role, 0)));

const report = [];

/** Runs the measures of a group in paired rounds; the last one is what the others are compared with. */
async function group(title, unit, measures, target, rounds = Number(args.rounds)) {
  if (!title.includes(args.only)) return;
  const all = measures.map(() => []);
  for (let round = -WARMUP; round < rounds; round++) {
    const order = [...measures.entries()];
    if (round % 2) order.reverse();
    for (const [i, { measure }] of order) {
      const result = await measure(round + WARMUP);
      if (round >= 0) all[i].push(result);
    }
  }
  const lines = [
    `\n## ${title}\n`,
    `| | ${unit} | CPU µs per ${unit.replace(/s?\/s$/, '')} | wall x | CPU x | target | |`,
    '| --- | ---: | ---: | ---: | ---: | --- | --- |',
  ];
  const base = all.at(-1);
  for (const [i, { name }] of measures.entries()) {
    const own = all[i];
    const rate = median(own.map((result) => result.rate)).toFixed(1);
    const micros = (median(own.map((result) => result.cpu)) * 1e6).toFixed(0);
    if (own === base) lines.push(`| ${name} | ${rate} | ${micros} | | | | |`);
    else {
      const wall = median(own.map((result, n) => result.rate / base[n].rate));
      const cpu = median(own.map((result, n) => result.cpu / base[n].cpu));
      const met = wall >= target.wall && cpu <= (target.cpu ?? Number.POSITIVE_INFINITY);
      const wanted = `wall ≥ ${target.wall}${target.cpu ? `, CPU ≤ ${target.cpu}` : ''}`;
      lines.push(
        `| ${name} | ${rate} | ${micros} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${wanted} | ${met ? 'met' : 'not met'} |`,
      );
    }
  }
  report.push(...lines);
  console.log(lines.join('\n'));
}

const version = execFileSync(args.node, ['--version']).toString().trim();
try {
  const node = await several('server-node');
  const sluice = await several('server-sluice');
  const hello = await several('server-hello');

  /** h2load is the client: wall time is what it says, CPU time the server's. */
  const load = (servers, path, flags, amount) => async (round) => {
    const server = servers[round % PROCESSES];
    const before = await server.ask({ task: 'cpu' });
    const [command, ...rest] = on(1, ['h2load', ...flags, `http://127.0.0.1:${server.port}${path}`]);
    const { stdout } = await run(command, rest);
    const after = await server.ask({ task: 'cpu' });
    if (!/ 0 failed, 0 errored/.test(stdout)) throw new Error(stdout);
    const [, value, unit] = /finished in ([\d.]+)(us|ms|s),/.exec(stdout) ?? [];
    const wall = Number(value) / { us: 1e6, ms: 1e3, s: 1 }[unit];
    return { rate: amount / wall, cpu: (after.cpu - before.cpu) / amount };
  };
  const one = ['-n1', '-c1', '-m1'];
  for (const [title, path, bytes, target] of [
    ['Server, download, 64 KiB chunks', '/pull/65536/4096', 256 * MIB, { wall: 1, cpu: 1 }],
    ['Server, download, 1 KiB chunks', '/pull/1024/65536', 64 * MIB, { wall: 2 }],
  ])
    await group(
      title,
      'MB/s',
      [
        { name: 'Sluice, body({ pull })', measure: load(sluice, path, one, bytes / 1e6) },
        {
          name: 'Sluice, ReadableStream',
          measure: load(sluice, path.replace('pull', 'stream'), one, bytes / 1e6),
        },
        { name: 'node:http2, write and drain', measure: load(node, path, one, bytes / 1e6) },
      ],
      target,
    );
  const upload = [...one, '-d', join(folder, 'big')];
  await group(
    'Server, upload, defaults',
    'MB/s',
    [
      { name: 'Sluice, reader', measure: load(sluice, '/upload', upload, 256 * 1.048576) },
      { name: 'node:http2, data', measure: load(node, '/upload', upload, 256 * 1.048576) },
    ],
    { wall: 2 },
  );
  const many = ['-n20000', '-c8', '-m16'];
  await group(
    'Server, hello',
    'requests/s',
    [
      { name: 'Sluice, respond()', measure: load(hello, '/hello', many, 20_000) },
      { name: 'node:http2', measure: load(node, '/hello', many, 20_000) },
    ],
    { wall: 1.5 },
  );

  const file = await nghttpd();
  const clients = { sluice: await start('client-sluice', 1), node: await start('client-node', 1) };
  const download = (client, port, path) => async () => {
    const { bytes, wall, cpu } = await client.ask({ task: 'get', port, path });
    return { rate: bytes / 1e6 / wall, cpu: (cpu * 1e6) / bytes };
  };
  const both = (port, path) => [
    { name: 'Sluice, reader', measure: download(clients.sluice, port, path) },
    { name: 'node:http2, data', measure: download(clients.node, port, path) },
  ];
  await group('Client, download, defaults', 'MB/s', both(file, '/big'), { wall: 2 });
  // What a client receives is memory that V8 counts. Whether so much of it begins a marking of the whole heap before a young
  // collection ends it hangs on a few MB of what else the process holds. Beside 100 that stall a round has ten markings, alone
  // it has none, or ten too: with a threshold that neither reaches, what is left is what the streams cost each other.
  const unmarked = await start('client-sluice', 1, ['--initial-old-space-size=1024']);
  const isolated =
    ([{ port }], task, stalled, client) =>
    async () => {
      const { bytes, wall, cpu } = await client.ask({ port, stalled, ...task });
      return { rate: bytes / 1e6 / wall, cpu: (cpu * 1e6) / bytes };
    };
  // Long enough that the garbage of a hundred new streams is a small part of it.
  const get = { task: 'get', path: '/pull/65536/8192' };
  const put = { task: 'put', bytes: 512 * MIB };
  for (const [title, server, task, client = clients.sluice] of [
    ['Isolation, download from Sluice', sluice, get],
    ['Isolation, download from Sluice, no markings', sluice, get, unmarked],
    ['Isolation, download from node:http2', node, get],
    ['Isolation, download from node:http2, no markings', node, get, unmarked],
    ['Isolation, upload to Sluice', sluice, put],
  ])
    await group(
      title,
      'MB/s',
      [
        { name: 'beside 100 that stall', measure: isolated(server, task, 100, client) },
        { name: 'alone', measure: isolated(server, task, 0, client) },
      ],
      { wall: 0.8 },
    );
  const slow = await start('slow', 0);
  await slow.ask({ task: 'aim', port: file });
  await group('Client, download over 40 ms', 'MB/s', both(slow.port, '/small'), { wall: 10 }, 3);
} finally {
  end();
}

if (args.save) {
  // Each group replaces what was there of it for the same Node.
  const nodes = new Map();
  const read = (text) => {
    let groups;
    for (const part of text.split(/\n(?=##? )/)) {
      const [title] = part.split('\n');
      if (title.startsWith('# Node ')) {
        groups = nodes.get(title) ?? new Map();
        nodes.set(title, groups);
      } else if (title.startsWith('## ')) groups?.set(title, part.trim());
    }
  };
  read(existsSync(results) ? readFileSync(results, 'utf8') : '');
  read(`\n# Node ${version}\n${report.join('\n')}`);
  const text = [...nodes].map(([title, groups]) => [title, ...groups.values()].join('\n\n')).join('\n\n');
  writeFileSync(
    results,
    `# HTTP/2\n\nMade by \`node bench/http2.mjs --save\`, on a machine that others used too.\n\n${text}\n`,
  );
}
