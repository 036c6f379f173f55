// HTTP/1.1 in paired rounds: Sluice's server against node:http, its client against fetch and http.get.
//   node bench/http1.mjs [--rounds 15] [--only hello] [--node path/to/node] [--save]
// Every server and client is a process of its own, server on one core and client on the other where taskset is there. In
// each round all of a group run one after the other; ratios are medians of the rounds' ratios, times medians.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median, on, options, workers } from './workers.mjs';

const { values: args } = parseArgs({ options });
const rounds = Number(args.rounds);
const run = promisify(execFile);
const { start, end } = await workers(fileURLToPath(new URL('http1-worker.mjs', import.meta.url)), args);

const report = [];

/** Runs the measures of a group in paired rounds. The last one is what the others are compared with. */
async function group(title, unit, measures, targets) {
  if (!title.includes(args.only)) return;
  const results = measures.map(() => []);
  for (const { measure } of measures) await measure();
  for (let round = 0; round < rounds; round++) {
    for (const [i, { measure }] of measures.entries()) results[i].push(await measure());
  }
  report.push(
    `\n## ${title}\n`,
    `| | ${unit} | against | wall x | CPU x | target | |`,
    '| --- | ---: | --- | ---: | ---: | --- | --- |',
  );
  for (const [i, { name }] of measures.entries()) {
    const own = results[i];
    const rate = median(own.map((result) => result.rate));
    const rows = targets.filter((target) => target.of === name);
    if (rows.length === 0) report.push(`| ${name} | ${rate.toFixed(0)} | | | | | |`);
    for (const target of rows) {
      const other = results[measures.findIndex((measure) => measure.name === target.to)];
      const wall = median(own.map((result, n) => result.rate / other[n].rate));
      const cpu = median(own.map((result, n) => result.cpu / other[n].cpu));
      const met = wall >= target.wall && cpu <= (target.cpu ?? Number.POSITIVE_INFINITY);
      const wanted = `wall ≥ ${target.wall}${target.cpu ? `, CPU ≤ ${target.cpu}` : ''}`;
      report.push(
        `| ${name} | ${rate.toFixed(0)} | ${target.to} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${wanted} | ${met ? 'met' : 'not met'} |`,
      );
    }
  }
  console.log(report.slice(-2 - measures.length - targets.length).join('\n'));
}

try {
  const counter = await start('counter', 1);
  const node = await start('server-node', 0);
  const sluice = await start('server-sluice', 0);
  /** A download by the raw counter: wall time from the client, CPU time of the server. */
  const download = (server, path) => async () => {
    const before = await server.ask({ task: 'cpu' });
    const { bytes, wall } = await counter.ask({ task: 'get', port: server.port, path });
    const after = await server.ask({ task: 'cpu' });
    return { rate: bytes / 1e6 / wall, cpu: (after.cpu - before.cpu) / bytes };
  };
  await group(
    'Server, 64 KiB chunks',
    'MB/s',
    [
      { name: 'Sluice, body({ pull })', measure: download(sluice, '/pull/65536/4096') },
      { name: 'node:http, write and drain', measure: download(node, '/pull/65536/4096') },
    ],
    [{ of: 'Sluice, body({ pull })', to: 'node:http, write and drain', wall: 1, cpu: 1 }],
  );
  await group(
    'Server, 1 KiB chunks',
    'MB/s',
    [
      { name: 'Sluice, body({ pull })', measure: download(sluice, '/pull/1024/65536') },
      { name: 'Sluice, ReadableStream', measure: download(sluice, '/stream/1024/65536') },
      { name: 'node:http, write and drain', measure: download(node, '/pull/1024/65536') },
    ],
    [
      { of: 'Sluice, body({ pull })', to: 'node:http, write and drain', wall: 2 },
      { of: 'Sluice, ReadableStream', to: 'node:http, write and drain', wall: 1 },
    ],
  );

  const hello = await start('server-hello', 0);
  const global = await start('server-global', 0);
  const wrk = (server, path) => async () => {
    const before = await server.ask({ task: 'cpu' });
    const url = `http://127.0.0.1:${server.port}${path}`;
    const [command, ...rest] = on(1, ['wrk', '-t1', '-c32', '-d1s', url]);
    const { stdout } = await run(command, rest);
    const after = await server.ask({ task: 'cpu' });
    if (/Non-2xx/.test(stdout)) throw new Error(stdout);
    const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
    return {
      rate: Number(/Requests\/sec: +([\d.]+)/.exec(stdout)?.[1]),
      cpu: (after.cpu - before.cpu) / requests,
    };
  };
  await group(
    'Server, hello',
    'requests/s',
    [
      { name: 'Sluice, respond()', measure: wrk(hello, '/') },
      { name: 'Sluice, new Response()', measure: wrk(global, '/') },
      { name: 'node:http', measure: wrk(node, '/hello') },
    ],
    [
      { of: 'Sluice, respond()', to: 'node:http', wall: 1.3 },
      { of: 'Sluice, new Response()', to: 'node:http', wall: 0.4 },
    ],
  );
  for (const server of [node, sluice, counter, hello, global]) server.child.disconnect();

  const bytes = await start('server-bytes', 0);
  const clients = {};
  for (const role of ['client-sluice', 'client-fetch', 'client-http']) clients[role] = await start(role, 1);
  /** A download from prebuilt bytes: wall and CPU time of the client. */
  const read = (role, path, how) => async () => {
    const { bytes: total, wall, cpu } = await clients[role].ask({ task: 'get', port: bytes.port, path, how });
    return { rate: total / 1e6 / wall, cpu: cpu / total };
  };
  for (const [title, path] of [
    ['chunked', '/chunked/65536/4096'],
    ['content-length', '/length/65536/4096'],
  ]) {
    await group(
      `Client, 64 KiB chunks, ${title}`,
      'MB/s',
      [
        { name: 'Sluice, reader', measure: read('client-sluice', path, 'default') },
        { name: 'Sluice, BYOB, one buffer', measure: read('client-sluice', path, 'byob') },
        { name: 'fetch, reader', measure: read('client-fetch', path) },
        { name: 'http.get, data', measure: read('client-http', path) },
      ],
      [
        { of: 'Sluice, reader', to: 'fetch, reader', wall: 2 },
        { of: 'Sluice, reader', to: 'http.get, data', wall: 0.95 },
        { of: 'Sluice, BYOB, one buffer', to: 'http.get, data', wall: 1.1 },
      ],
    );
  }
} finally {
  end();
}

if (args.save) {
  const file = fileURLToPath(new URL('results/http1.md', import.meta.url));
  const version = execFileSync(args.node, ['--version'], { encoding: 'utf8' }).trim();
  let before = '';
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    before =
      '# HTTP/1.1: server and client\n\n`node bench/http1.mjs --save`: how is told at the top of the script.\n';
  }
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    file,
    `${before}\n# ${date}, node ${version}, ${rounds} paired rounds\n${report.join('\n')}\n`,
  );
}
