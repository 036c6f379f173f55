import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transform } from 'esbuild';
import { examples, promises } from './helpers/examples.ts';
import { type Installed, installPacked } from './helpers/install-packed.ts';

const run = promisify(execFile);
const all = examples().map((example, index) => ({ ...example, index }));
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('every example of README.md and of the docstrings, in an empty project with the packed package', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await installPacked(['@types/node', 'undici-types']);
    // Says which line printed what.
    writeFileSync(
      join(installed.folder, 'log.mjs'),
      `import { format } from 'node:util';
const printed = [];
globalThis.__log = (line, ...values) => printed.push([line, format(...values)]);
process.on('exit', () => console.error('\\0' + JSON.stringify(printed)));`,
    );
  });
  afterAll(() => installed?.remove());

  it('there are some', () => {
    expect(all.some(({ name }) => name.startsWith('README.md'))).toBe(true);
    expect(all.some(({ name }) => name.startsWith('lib/'))).toBe(true);
  });

  it.each(all)('$name runs, and prints what it says', async ({ code, index }) => {
    const promised = promises(code);
    const watched = code
      .split('\n')
      .map((line, n) => (promised.has(n) ? line.replace('console.log(', `__log(${n}, `) : line))
      .join('\n');
    const script = await transform(`declare const __log: (...v: unknown[]) => void;\n${watched}`, {
      loader: 'ts',
      target: 'es2022',
    });
    const path = join(installed.folder, `example-${index}.mjs`);
    writeFileSync(path, script.code);
    const { stderr } = await run(process.execPath, ['--import', './log.mjs', path], {
      cwd: installed.folder,
      timeout: 20_000,
    });
    const printed = JSON.parse(stripVTControlCharacters(stderr.split('\0').at(-1) ?? '')) as [
      number,
      string,
    ][];
    for (const [line, expected] of promised) {
      const actual = printed.filter(([at]) => at === line).map(([, text]) => text);
      expect(oneLine(actual.join(' '))).toBe(oneLine(expected));
    }
  });

  it('together they pass strict TypeScript', async () => {
    for (const { code, index, language } of all)
      writeFileSync(
        join(installed.folder, `typed-${index}.${language === 'ts' ? 'ts' : 'mjs'}`),
        `${code}\nexport {};\n`,
      );
    const compilerOptions = {
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
      module: 'NodeNext',
      target: 'ES2022',
      lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      types: ['node'],
      skipLibCheck: false,
    };
    writeFileSync(
      join(installed.folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['typed-*.ts'] }),
    );
    const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
    const errors = await run(process.execPath, [tsc, '-p', installed.folder], { cwd: installed.folder }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    expect(errors.replace(/typed-(\d+)\.ts/g, (_, index) => all[Number(index)]?.name ?? '')).toBe('');
  });
});
