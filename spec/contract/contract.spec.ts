import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';
import * as browser from '../../adapters/browser/mod.ts';
import * as sluice from '../../lib/mod.ts';
import * as testing from '../../lib/testing/mod.ts';
import { openBrowser } from '../helpers/browser.ts';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import {
  bun,
  chromium,
  deno,
  quietEnv,
  type Runtime,
  runtimes,
  scriptArgs,
  workerd,
} from '../helpers/runtimes.ts';
import { serveWorker } from '../helpers/workerd.ts';
import { brands } from './brands.ts';
import type { Report } from './main.ts';
import { complaint, contractRuns } from './run-contract.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const all: readonly Runtime[] = [...runtimes, deno, bun, workerd, chromium];

// Each run is a process of its own: brands that deviate leave rejections behind.
describe('the contract', () => {
  const reports = new Map<string, Report | { readonly error: unknown }>();
  let installed: Installed;

  beforeAll(async () => {
    const peers = ['web-streams-polyfill', '@whatwg-node/fetch'];
    installed = await installPacked(peers);
    const bundle = async (name: string, entry: string, options: BuildOptions): Promise<string> => {
      const outfile = join(installed.folder, `${name}.mjs`);
      await build({ entryPoints: [here(entry)], outfile, bundle: true, format: 'esm', ...options });
      return outfile;
    };
    const [packed, source, inDenoAndBun, inWorkerd, inPage] = await Promise.all([
      bundle('packed', 'main-process.ts', { platform: 'node', packages: 'external' }),
      bundle('source', 'main-process.ts', {
        platform: 'node',
        alias: {
          sluice: here('../../lib/mod.ts'),
          'sluice/testing': here('../../lib/testing/mod.ts'),
          'sluice/browser': here('../../adapters/browser/mod.ts'),
        },
        external: peers,
      }),
      bundleProgram(installed.folder, here('main-process.ts'), 'other', 'process'),
      bundleProgram(installed.folder, here('main-worker.ts'), 'worker', 'web'),
      bundleProgram(installed.folder, here('main-page.ts'), 'page', 'web'),
    ]);
    const spawned = async (path: string, args: readonly string[]): Promise<Report> => {
      const options = { cwd: installed.folder, env: quietEnv, maxBuffer: 1 << 26, timeout: 60_000 };
      return JSON.parse((await promisify(execFile)(path, args, options)).stdout) as Report;
    };
    const worker = async (): Promise<Report> => {
      const server = await serveWorker(inWorkerd);
      const report = fetch(server.url).then((response) => response.json() as Promise<Report>);
      return report.finally(() => server.stop());
    };
    const page = async (): Promise<Report> => {
      const script = readFileSync(inPage);
      const chrome = await openBrowser((_req, res) => {
        res.setHeader('content-type', 'text/javascript').end(script);
      });
      return chrome.run<Report>('/contract.mjs').finally(() => chrome.stop());
    };
    const run = async ({ name, path }: Runtime): Promise<Report | undefined> => {
      if (path === undefined) return undefined;
      if (name === 'workerd') return worker();
      if (name === 'chromium') return page();
      const before = scriptArgs[name];
      return spawned(path, before ? [...before, inDenoAndBun, name] : [packed, name]);
    };
    const note = (name: string, report: Promise<Report | undefined>): Promise<unknown> =>
      report.then(
        (found) => found && reports.set(name, found),
        (error) => reports.set(name, { error }),
      );
    await Promise.all([
      note('source', spawned(process.execPath, [source, ownName])),
      ...all.map((runtime) => note(runtime.name, run(runtime))),
    ]);
  }, 90_000);
  afterAll(() => installed?.remove());

  const ownName = `node ${process.versions.node.split('.')[0]}`;

  const judge = (title: string, key: string, runtime: string): void => {
    const report = (): Report => {
      const found = reports.get(key);
      if (found === undefined) throw new Error(`${key} did not run`);
      if ('error' in found) throw found.error;
      return found;
    };
    describe(title, () => {
      it.each(contractRuns({ sluice, testing, browser }, brands, runtime).map(({ name }) => name))(
        '%s',
        (name) => {
          const result = report().results.find((one) => one.name === name);
          expect(result ? complaint(result) : 'it did not run').toBeUndefined();
        },
      );
      it('leaves no rejection unhandled', () => {
        expect(report().unhandled).toEqual([]);
      });
    });
  };

  judge('from source', 'source', ownName);
  for (const { name, path } of all) {
    if (path === undefined) it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
    else judge(`by the installed package on ${name}`, name, name);
  }
});
