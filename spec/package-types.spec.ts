import { execFile } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installed, installPacked } from './helpers/install-packed.ts';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** As strict as it goes, and the declarations of the package are looked at too. */
const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  typeRoots: [here('../node_modules/@types')],
};
const nodeNext = { module: 'nodenext', moduleResolution: 'nodenext' };
const bundler = { module: 'esnext', moduleResolution: 'bundler' };

describe("the packed package's types, in a strict project", () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await installPacked();
    for (const name of ['node.ts', 'browser.ts'])
      copyFileSync(here(`fixtures/types/${name}`), join(installed.folder, name));
  }, 60_000);
  afterAll(() => installed?.remove());

  it.each([
    ['of Node alone', ['node.ts'], { ...nodeNext, lib: ['es2022'], types: ['node'] }],
    [
      'of Node and the DOM',
      ['node.ts', 'browser.ts'],
      { ...bundler, lib: ['es2022', 'dom'], types: ['node'] },
    ],
    ['of the DOM alone', ['browser.ts'], { ...bundler, lib: ['es2022', 'dom'], types: [] }],
  ])(
    'with the types %s',
    async (name, files, options) => {
      const project = join(installed.folder, `${name.replaceAll(' ', '-')}.json`);
      writeFileSync(project, JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
      const tsc = here('../node_modules/typescript/bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '-p', project], { cwd: installed.folder }).catch(
        (failure: { stdout: string }) => failure,
      );
      expect(stdout).toBe('');
    },
    120_000,
  );
});
