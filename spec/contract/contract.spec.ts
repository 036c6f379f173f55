import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';
import * as sluice from '../../lib/mod.ts';
import * as testing from '../../lib/testing/mod.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { runtimes } from '../helpers/runtimes.ts';
import { brands } from './brands.ts';
import type { Result } from './contract.ts';
import { complaint, contractRuns } from './run-contract.ts';

interface Report {
  readonly results: readonly Result[];
  readonly unhandled: readonly string[];
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Each run is a process of its own: brands that deviate leave rejections behind.
describe('the contract', () => {
  const reports = new Map<string, Report | Error>();
  let installed: Installed;

  beforeAll(async () => {
    installed = await installPacked(['web-streams-polyfill', '@whatwg-node/fetch']);
    const bundle = async (name: string, options: BuildOptions): Promise<string> => {
      const outfile = join(installed.folder, name);
      const entryPoints = [here('main.ts')];
      await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', ...options });
      return outfile;
    };
    const packed = await bundle('packed.mjs', { packages: 'external' });
    const source = await bundle('source.mjs', {
      alias: { sluice: here('../../lib/mod.ts'), 'sluice/testing': here('../../lib/testing/mod.ts') },
      external: ['web-streams-polyfill', '@whatwg-node/fetch'],
    });
    const run = async (name: string, path: string | undefined, script: string): Promise<void> => {
      if (path === undefined) return;
      const options = { cwd: installed.folder, maxBuffer: 1 << 26, timeout: 60_000 };
      const report = await promisify(execFile)(path, [script], options).then(
        ({ stdout }) => JSON.parse(stdout) as Report,
        (error: Error) => error,
      );
      reports.set(name, report);
    };
    await Promise.all([
      run('source', process.execPath, source),
      ...runtimes.map(({ name, path }) => run(name, path, packed)),
    ]);
  }, 90_000);
  afterAll(() => installed?.remove());

  const judge = (title: string, key: string, runtime: string): void => {
    const report = (): Report => {
      const found = reports.get(key);
      if (found === undefined || found instanceof Error) throw found ?? new Error(`${key} did not run`);
      return found;
    };
    describe(title, () => {
      it.each(contractRuns({ sluice, testing }, brands, runtime).map(({ name }) => name))('%s', (name) => {
        const result = report().results.find((one) => one.name === name);
        expect(result ? complaint(result) : 'it did not run').toBeUndefined();
      });
      it('leaves no rejection unhandled', () => {
        expect(report().unhandled).toEqual([]);
      });
    });
  };

  judge('from source', 'source', `node ${process.versions.node.split('.')[0]}`);
  for (const { name, path } of runtimes) {
    if (path === undefined) it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
    else judge(`by the installed package on ${name}`, name, name);
  }
});
