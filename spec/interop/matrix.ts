import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startProgram } from '../helpers/programs.ts';
import { bun, deno, quietEnv, type Runtime, runtimes, scriptArgs, workerd } from '../helpers/runtimes.ts';
import { serveWorker } from '../helpers/workerd.ts';
import { deviations } from './deviations.ts';

export interface MatrixOptions {
  readonly encrypted: boolean;
  /** The length of the bodies that go both ways. */
  readonly mebibytes: number;
  /** The page that the results are written to, its title, and what it says of them. */
  readonly page: string;
  readonly title: string;
  readonly note: string;
}

type Results = Record<string, Record<string, string | null>>;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const titles = [
  'download',
  'trailers down',
  'upload',
  'trailers up',
  'many',
  'cancel',
  'broken download',
  'broken upload',
  'stall',
];
const processes: readonly Runtime[] = [{ ...(runtimes[0] as Runtime), name: 'node' }, deno, bun];
const installedOnes = [...processes, workerd].filter(({ path }) => path !== undefined);
const ca = here('../fixtures/ca.cert.pem');
const [key, cert, trusted] = ['localhost.key.pem', 'localhost.cert.pem', 'ca.cert.pem'].map((name) =>
  readFileSync(here(`../fixtures/${name}`), 'utf8'),
) as [string, string, string];

/** Specs: every client against every server, over TCP or over TLS. */
export function matrix({ encrypted, mebibytes, page, title, note }: MatrixOptions): void {
  const own: Readonly<Record<string, string>> = {
    node: encrypted ? 'node:https' : 'node:http',
    deno: 'Deno.serve',
    bun: 'Bun.serve',
  };
  const sluice = installedOnes.flatMap(({ name }) => (name === 'workerd' ? [] : [`sluice/${name}`]));
  const hosts = installedOnes.filter(({ name }) => !encrypted || name !== 'workerd');
  const servers = [...sluice, ...hosts.map(({ name }) => own[name] ?? name)];
  const speaksHttp2 = (name: string): boolean => name === 'Deno.serve' || (encrypted && name === 'Bun.serve');
  const http2Servers = [...sluice, 'node:http2', ...servers.filter(speaksHttp2)];
  const clients = installedOnes.flatMap(({ name }) => [
    `sluice/${name}`,
    `sluice/${name} h2`,
    `${name} fetch`,
  ]);
  const serversOf = (client: string): readonly string[] => {
    if (client.endsWith(' h2')) return http2Servers;
    return encrypted && client.endsWith(' fetch') ? ['sluice/node'] : servers;
  };

  describe(title, () => {
    let installed: Installed;
    const stops: (() => Promise<void>)[] = [];
    const results = new Map<string, Results | { readonly error: unknown }>();

    beforeAll(async () => {
      installed = await installPacked();
      const { folder } = installed;
      const urls: Record<string, string> = {};
      const serveIn = async (runtime: Runtime, entry: string, name: string): Promise<void> => {
        const file = await bundleProgram(folder, here(`${entry}.ts`), entry, 'process');
        const program = await startProgram(runtime, file, folder, encrypted ? [key, cert] : []);
        stops.push(() => program.kill());
        urls[name] = `http${encrypted ? 's' : ''}://127.0.0.1:${program.ready['port']}`;
      };
      const starting: Promise<void>[] = [];
      for (const runtime of processes.filter(({ path }) => path !== undefined)) {
        const { name } = runtime;
        starting.push(serveIn(runtime, `serve-${name}`, `sluice/${name}`));
        starting.push(serveIn(runtime, `own-${name}`, own[name] ?? name));
      }
      starting.push(serveIn(processes[0] as Runtime, 'own-node-h2', 'node:http2'));
      let worker = '';
      if (workerd.path !== undefined) {
        const file = await bundleProgram(folder, here('worker.ts'), 'worker', 'web');
        const server = await serveWorker(file, ['enable_request_signal'], trusted);
        stops.push(() => server.stop());
        worker = server.url;
        urls['workerd'] = worker;
      }
      await Promise.all(starting);

      const runIn = async (runtime: Runtime, client: string): Promise<Results> => {
        const targets = JSON.stringify(
          Object.fromEntries(serversOf(client).map((name) => [name, urls[name]])),
        );
        if (runtime.name === 'workerd') {
          const query = new URLSearchParams({ name: client, servers: targets, mebibytes: String(mebibytes) });
          return (await fetch(`${worker}/-/run?${query}`)).json() as Promise<Results>;
        }
        const entry = `client-${runtime.name}`;
        const file = await bundleProgram(folder, here(`${entry}.ts`), entry, 'process');
        const args = [...(scriptArgs[runtime.name] ?? []), file, targets, client, String(mebibytes)];
        if (encrypted) args.push(trusted);
        const trust = client.endsWith(' fetch') && { NODE_EXTRA_CA_CERTS: ca, DENO_CERT: ca };
        const options = { cwd: folder, env: { ...quietEnv, ...trust }, timeout: 400_000 };
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
          const known = deviations.find((one) => one.applies(row, client, server, encrypted));
          if (outcome === undefined) return [`${row}: did not run`];
          if (known) return outcome === null ? [`${row}: works now, but is listed (${known.reason})`] : [];
          return outcome === null ? [] : [`${row}: ${outcome}`];
        });
        expect(wrong).toEqual([]);
      });
    });

    it(`the table of ${page}`, () => {
      const used = new Set<string>();
      const cell = (client: string, server: string): string => {
        if (!serversOf(client).includes(server)) return '–';
        const without = new Map<string, string[]>();
        for (const row of titles) {
          if ((results.get(client) as Results)?.[server]?.[row] === null) continue;
          const known = deviations.find((one) => one.applies(row, client, server, encrypted));
          if (!known) return `${row}: FAILS`;
          used.add(known.reason);
          without.set(known.reason, [...(without.get(known.reason) ?? []), row]);
        }
        const parts = [...without].map(
          ([reason, rows]) =>
            `${rows.length === titles.length ? 'any' : rows.join(', ')} (${[...used].indexOf(reason) + 1})`,
        );
        return parts.length === 0 ? 'all' : `not: ${parts.join('; ')}`;
      };
      const all = [...servers, 'node:http2'];
      const lines = [
        `# ${title[0]?.toUpperCase()}${title.slice(1)}`,
        '',
        `Written by the specs. Rows: ${titles.join(', ')}; ${note}`,
        '',
        `| client \\ server | ${all.join(' | ')} |`,
        `| --- | ${all.map(() => '---').join(' | ')} |`,
        ...clients.map(
          (client) => `| ${client} | ${all.map((server) => cell(client, server)).join(' | ')} |`,
        ),
        '',
        ...[...used].map((reason, index) => `${index + 1}. ${reason}`),
        '',
      ];
      mkdirSync('docs', { recursive: true });
      writeFileSync(page, lines.join('\n'));
      expect(lines.join('\n')).not.toContain('FAILS');
    });
  });
}
