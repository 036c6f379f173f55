import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startProgram } from '../helpers/programs.ts';
import { bun, deno, quietEnv, type Runtime, runtimes, scriptArgs, workerd } from '../helpers/runtimes.ts';
import { serveWorker } from '../helpers/workerd.ts';
import { deviations } from './deviations.ts';

/** The length of the bodies that go both ways: `.ci/run` has 64. */
const mebibytes = process.env['SLUICE_INTEROP_MIB'] ?? (process.env['CI'] ? '64' : '1');

type Results = Record<string, Record<string, string | null>>;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const titles = [
  'download',
  'trailers down',
  'upload',
  'trailers up',
  'cancel',
  'broken download',
  'broken upload',
  'stall',
];
const processes: readonly Runtime[] = [{ ...(runtimes[0] as Runtime), name: 'node' }, deno, bun];
const installedOnes = [...processes, workerd].filter(({ path }) => path !== undefined);
const servers = installedOnes
  .flatMap(({ name }) => (name === 'workerd' ? [] : [`sluice/${name}`]))
  .concat(
    installedOnes.map(
      ({ name }) => ({ node: 'node:http', deno: 'Deno.serve', bun: 'Bun.serve' })[name] ?? 'workerd',
    ),
  );
const http2Servers = [...servers.filter((name) => name.startsWith('sluice/')), 'node:http2', 'Deno.serve'];
const clients = installedOnes.flatMap(({ name }) => [`sluice/${name}`, `sluice/${name} h2`, `${name} fetch`]);
/** Prior knowledge: those of the runtimes that take it. */
const serversOf = (client: string): readonly string[] =>
  client.endsWith(' h2')
    ? http2Servers.filter((name) => name !== 'Deno.serve' || deno.path !== undefined)
    : servers;

describe('every client against every server', () => {
  let installed: Installed;
  const stops: (() => Promise<void>)[] = [];
  const results = new Map<string, Results | { readonly error: unknown }>();

  beforeAll(async () => {
    installed = await installPacked();
    const { folder } = installed;
    const urls: Record<string, string> = {};
    const serveIn = async (runtime: Runtime, entry: string, name: string): Promise<void> => {
      const file = await bundleProgram(folder, here(`${entry}.ts`), entry, 'process');
      const program = await startProgram(runtime, file, folder);
      stops.push(() => program.kill());
      urls[name] = `http://127.0.0.1:${program.ready['port']}`;
    };
    const starting: Promise<void>[] = [];
    for (const runtime of processes.filter(({ path }) => path !== undefined)) {
      const { name } = runtime;
      const own = { node: 'node:http', deno: 'Deno.serve', bun: 'Bun.serve' }[name] ?? name;
      starting.push(serveIn(runtime, `serve-${name}`, `sluice/${name}`));
      starting.push(serveIn(runtime, `own-${name}`, own));
    }
    starting.push(serveIn(processes[0] as Runtime, 'own-node-h2', 'node:http2'));
    let worker = '';
    if (workerd.path !== undefined) {
      const file = await bundleProgram(folder, here('worker.ts'), 'worker', 'web');
      const server = await serveWorker(file, ['enable_request_signal']);
      stops.push(() => server.stop());
      worker = server.url;
      urls['workerd'] = worker;
    }
    await Promise.all(starting);

    const runIn = async (runtime: Runtime, client: string): Promise<Results> => {
      const targets = JSON.stringify(Object.fromEntries(serversOf(client).map((name) => [name, urls[name]])));
      if (runtime.name === 'workerd') {
        const query = new URLSearchParams({ name: client, servers: targets, mebibytes });
        return (await fetch(`${worker}/-/run?${query}`)).json() as Promise<Results>;
      }
      const entry = `client-${runtime.name}`;
      const file = await bundleProgram(folder, here(`${entry}.ts`), entry, 'process');
      const args = [...(scriptArgs[runtime.name] ?? []), file, targets, client, mebibytes];
      const options = { cwd: folder, env: quietEnv, timeout: 400_000 };
      const { stdout } = await promisify(execFile)(runtime.path ?? '', args, options);
      return JSON.parse(stdout) as Results;
    };
    // One runtime at a time, so that a stall is a stall and not a busy machine.
    for (const runtime of installedOnes)
      for (const client of clients.filter((one) => one.includes(runtime.name)))
        results.set(client, await runIn(runtime, client).catch((error: unknown) => ({ error })));
  }, 900_000);
  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()));
    installed?.remove();
  });

  for (const { name, path } of [...processes, workerd])
    if (path === undefined) it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});

  describe.each(clients)('client: %s', (client) => {
    it.each(serversOf(client))('server: %s', (server) => {
      const found = results.get(client);
      if (found === undefined || 'error' in found) throw found?.error ?? new Error('it did not run');
      const wrong = titles.flatMap((row) => {
        const outcome = (found as Results)[server]?.[row];
        const known = deviations.find((one) => one.applies(row, client, server));
        if (outcome === undefined) return [`${row}: did not run`];
        if (known) return outcome === null ? [`${row}: works now, but is listed (${known.reason})`] : [];
        return outcome === null ? [] : [`${row}: ${outcome}`];
      });
      expect(wrong).toEqual([]);
    });
  });

  it('the table of docs/interop.md', () => {
    const used = new Set<string>();
    const cell = (client: string, server: string): string => {
      if (!serversOf(client).includes(server)) return '–';
      const without = new Map<string, string[]>();
      for (const row of titles) {
        if ((results.get(client) as Results)?.[server]?.[row] === null) continue;
        const known = deviations.find((one) => one.applies(row, client, server));
        if (!known) return `${row}: FAILS`;
        used.add(known.reason);
        without.set(known.reason, [...(without.get(known.reason) ?? []), row]);
      }
      const parts = [...without].map(
        ([reason, rows]) => `${rows.join(', ')} (${[...used].indexOf(reason) + 1})`,
      );
      return parts.length === 0 ? 'all' : `not: ${parts.join('; ')}`;
    };
    const all = [...servers, 'node:http2'];
    const lines = [
      '# Every client against every server',
      '',
      `Written by the specs. Rows: ${titles.join(', ')}; bodies of 1 MiB, and in \`.ci/run\` of 64 MiB, compared by SHA-256. HTTP/1.1; HTTP/2 by prior knowledge in the rows that say h2.`,
      '',
      `| client \\ server | ${all.join(' | ')} |`,
      `| --- | ${all.map(() => '---').join(' | ')} |`,
      ...clients.map((client) => `| ${client} | ${all.map((server) => cell(client, server)).join(' | ')} |`),
      '',
      ...[...used].map((reason, index) => `${index + 1}. ${reason}`),
      '',
    ];
    mkdirSync('docs', { recursive: true });
    writeFileSync('docs/interop.md', lines.join('\n'));
    expect(lines.join('\n')).not.toContain('FAILS');
  });
});
