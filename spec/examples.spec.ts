import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transform } from 'esbuild';
import { openBrowser } from './helpers/browser.ts';
import { bundleProgram } from './helpers/bundle.ts';
import { examples, promises } from './helpers/examples.ts';
import { type Installed, installPacked } from './helpers/install-packed.ts';
import { bun, chromium, deno, quietEnv, scriptArgs, workerd } from './helpers/runtimes.ts';
import { serveWorker } from './helpers/workerd.ts';

const run = promisify(execFile);
const all = examples().map((example, index) => ({ ...example, index }));
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('every example of README.md and of the docstrings, in an empty project with the packed package', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await installPacked(['@types/node', 'undici-types', 'web-streams-polyfill']);
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

  /** The code as JavaScript, telling which line printed what; written where it can import the package. */
  const script = async ({ code, index }: { code: string; index: number }): Promise<string> => {
    const promised = promises(code);
    const watched = code
      .split('\n')
      .map((line, n) => (promised.has(n) ? line.replace('console.log(', `__log(${n}, `) : line))
      .join('\n');
    const { code: plain } = await transform(`declare const __log: (...v: unknown[]) => void;\n${watched}`, {
      loader: 'ts',
      target: 'es2022',
    });
    const path = join(installed.folder, `example-${index}.mjs`);
    writeFileSync(path, plain);
    return path;
  };
  const judge = (code: string, printed: [number, string][]): void => {
    for (const [line, expected] of promises(code)) {
      const actual = printed.filter(([at]) => at === line).map(([, text]) => text);
      expect(oneLine(actual.join(' '))).toBe(oneLine(expected));
    }
  };
  const of = (where: string) => all.filter((one) => one.where === where);

  for (const { name, path } of [{ name: 'node', path: process.execPath }, deno, bun]) {
    if (path === undefined) it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
    else
      it.each(of(name))(`$name runs on ${name}, and prints what it says`, async (example) => {
        const file = await script(example);
        writeFileSync(file, `import './log.mjs';\n${readFileSync(file, 'utf8')}`);
        const { stderr } = await run(path, [...(scriptArgs[name] ?? []), file], {
          cwd: installed.folder,
          env: quietEnv,
          timeout: 20_000,
        });
        judge(example.code, JSON.parse(stripVTControlCharacters(stderr.split('\0').at(-1) ?? '')));
      });
  }

  if (workerd.path === undefined)
    it.skip('workerd is not installed: npm test puts it into runtimes/', () => {});
  else
    it.each(of('workerd'))('$name answers in workerd', async (example) => {
      const bundle = await bundleProgram(
        installed.folder,
        await script(example),
        `worker-${example.index}`,
        'web',
      );
      const server = await serveWorker(bundle);
      const response = await fetch(server.url).finally(() => server.stop());
      expect(response.status).toBe(200);
    });

  if (chromium.path === undefined)
    it.skip('Chromium is not installed: npm test puts it into runtimes/', () => {});
  else
    it('those for a browser run in Chromium, and print what they say', async () => {
      const files = await Promise.all(
        of('browser').map(async (example) =>
          readFileSync(
            await bundleProgram(installed.folder, await script(example), `page-${example.index}`, 'web'),
            'utf8',
          ),
        ),
      );
      const log = `globalThis.__log = (line, ...values) => printed.push([line, values.join(' ')]);`;
      const browser = await openBrowser((req, res) => {
        const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost');
        const n = searchParams.get('n') ?? '';
        const start = `const printed = []; ${log}
export default async () => { await import('/example.mjs?n=${n}'); return printed; };`;
        res.setHeader('content-type', 'text/javascript');
        res.end(pathname === '/start.mjs' ? start : files[Number(n)]);
      });
      try {
        for (const [n, example] of of('browser').entries())
          judge(example.code, await browser.run(`/start.mjs?n=${n}`));
      } finally {
        await browser.stop();
      }
    });

  it.each(of('service-worker'))(
    '$name is bundled only: spec/browser runs one, with its page',
    async (example) => {
      await bundleProgram(installed.folder, await script(example), `sw-${example.index}`, 'web');
    },
  );

  it('every example runs somewhere', () => {
    const places = ['node', 'deno', 'bun', 'workerd', 'browser', 'service-worker'];
    expect(all.filter(({ where }) => !places.includes(where))).toEqual([]);
  });

  it('together they pass strict TypeScript', async () => {
    for (const { code, index, language } of all)
      writeFileSync(
        join(installed.folder, `typed-${index}.${language === 'ts' ? 'ts' : 'mjs'}`),
        `${code}\nexport {};\n`,
      );
    // Their own type packages are not needed to see that ours fit.
    writeFileSync(
      join(installed.folder, 'typed-globals.d.ts'),
      "declare const Deno: any;\ndeclare const Bun: any;\ndeclare module 'cloudflare:sockets' { export const connect: any }\n",
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
  }, 180_000);
});
