import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startRelay } from '../helpers/relay.ts';
import { bun, chromium, deno, quietEnv, runtimes, scriptArgs, workerd } from '../helpers/runtimes.ts';
import { serveWorker } from '../helpers/workerd.ts';
import { WITHOUT_STREAMS } from './brands.ts';
import { judge, note, type Reports } from './judge.ts';
import type { Report } from './main.ts';
import { runInPage } from './run-in-page.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ownName = `node ${process.versions.node.split('.')[0]}`;
const peers = ['web-streams-polyfill', '@whatwg-node/fetch'];
/** The program for Node, of the package and of the sources; for Deno and Bun, one that needs nothing else. */
type Programs = Record<'packed' | 'source' | 'alone' | 'worker' | 'noStreams', string>;

async function programs({ folder }: Installed): Promise<Programs> {
  const bundle = async (name: string, options: BuildOptions): Promise<string> => {
    const outfile = join(folder, `${name}.mjs`);
    const shared = { bundle: true, format: 'esm', platform: 'node' } as const;
    await build({ ...shared, entryPoints: [here('main-process.ts')], outfile, ...options });
    return outfile;
  };
  const lib = ['http', 'http1', 'http2', 'testing'].map((name) => [`sluice/${name}`, `lib/${name}`] as const);
  const adapters = ['browser', 'node', 'deno', 'bun'].map(
    (name) => [`sluice/${name}`, `adapters/${name}`] as const,
  );
  const alias = Object.fromEntries(
    [...lib, ...adapters, ['sluice', 'lib'] as const].map(([name, at]) => [name, here(`../../${at}/mod.ts`)]),
  );
  const noStreams = join(folder, 'no-streams.mjs');
  copyFileSync(here('no-streams.mjs'), noStreams);
  const [packed, source, alone, worker] = await Promise.all([
    bundle('packed', { packages: 'external' }),
    bundle('source', { alias, external: peers }),
    bundleProgram(folder, here('main-process.ts'), 'other', 'process'),
    bundleProgram(folder, here('main-worker.ts'), 'worker', 'web'),
  ]);
  return { packed, source, alone, worker, noStreams };
}

interface Run {
  readonly title: string;
  /** As the deviations name it. */
  readonly runtime: string;
  readonly path: string | undefined;
  run(installed: Installed, programs: Programs): Promise<Report>;
}

const spawned = async (path: string, args: readonly string[], cwd: string): Promise<Report> => {
  const options = { cwd, env: quietEnv, maxBuffer: 1 << 26, timeout: 240_000 };
  return JSON.parse((await promisify(execFile)(path, args, options)).stdout) as Report;
};

const inWorkerd = async (program: string, name: string, flags: readonly string[]): Promise<Report> => {
  const relay = await startRelay();
  const server = await serveWorker(program, flags);
  try {
    const query = new URLSearchParams({ relay: String(relay.port), name });
    return (await (await fetch(`${server.url}/?${query}`)).json()) as Report;
  } finally {
    await server.stop();
    await relay.stop();
  }
};

const packaged = (name: string): string => `by the installed package on ${name}`;

// Each run is a process of its own: brands that deviate leave rejections behind.
const runs: readonly Run[] = [
  {
    title: 'from source',
    runtime: ownName,
    path: process.execPath,
    run: ({ folder }, { source }) => spawned(process.execPath, [source, ownName], folder),
  },
  ...runtimes.map(
    ({ name, path }): Run => ({
      title: packaged(name),
      runtime: name,
      path,
      run: ({ folder }, { packed }) => spawned(path ?? '', [packed, name], folder),
    }),
  ),
  ...[deno, bun].map(
    ({ name, path }): Run => ({
      title: packaged(name),
      runtime: name,
      path,
      run: ({ folder }, { alone }) => spawned(path ?? '', [...(scriptArgs[name] ?? []), alone, name], folder),
    }),
  ),
  {
    title: packaged('workerd'),
    runtime: 'workerd',
    path: workerd.path,
    run: (_installed, { worker }) => inWorkerd(worker, 'workerd', []),
  },
  {
    title: packaged('workerd with nodejs_compat'),
    runtime: 'workerd',
    path: workerd.path,
    async run(_installed, { worker }) {
      const program = worker.replace(/\.mjs$/, '-compat.mjs');
      copyFileSync(worker, program);
      return inWorkerd(program, 'workerd', ['nodejs_compat']);
    },
  },
  {
    title: packaged('chromium'),
    runtime: 'chromium',
    path: chromium.path,
    run: (installed) => runInPage(installed, chromium),
  },
  {
    title: 'by the installed package and sluice/polyfill, where there are no streams',
    runtime: WITHOUT_STREAMS,
    path: process.execPath,
    run: ({ folder }, { packed, noStreams }) =>
      spawned(process.execPath, ['--import', noStreams, packed, WITHOUT_STREAMS], folder),
  },
];

describe('the contract', () => {
  const reports: Reports = new Map();
  let installed: Installed;

  beforeAll(async () => {
    installed = await installPacked(peers);
    const built = await programs(installed);
    // A few at a time: the rows of each wait for one another's turns of the event loop.
    const left = runs.filter(({ path }) => path !== undefined).values();
    const take = async (): Promise<void> => {
      for (const one of left) await note(reports, one.title, one.run(installed, built));
    };
    await Promise.all([take(), take(), take()]);
  }, 400_000);
  afterAll(() => installed?.remove());

  for (const { title, runtime, path } of runs) {
    if (path !== undefined) judge(reports, title, runtime);
    else it.skip(`${runtime} is not installed: npm test puts it into runtimes/`, () => {});
  }
});
