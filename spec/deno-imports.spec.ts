import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installed, installPacked } from './helpers/install-packed.ts';
import { deno, quietEnv, scriptArgs } from './helpers/runtimes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const jsr = JSON.parse(readFileSync(join(root, 'jsr.json'), 'utf8')) as {
  name: string;
  exports: Record<string, string>;
};
const program = (from: (entry: string) => string): string => `
import { connect, serve } from '${from('deno')}';
import { respond } from '${from('http')}';
const server = await serve(() => respond('hello'), { hostname: '127.0.0.1' });
const connection = await connect(server.url);
console.log(await (await connection.fetch('/')).text());
await connection.close();
await server.close();
`;

if (deno.path === undefined) it.skip('deno is not installed: npm test puts it into runtimes/', () => {});
else
  describe('Deno', () => {
    const path = deno.path ?? '';
    let installed: Installed;
    const folder = mkdtempSync(join(tmpdir(), 'sluice-jsr-'));
    beforeAll(async () => {
      installed = await installPacked();
    });
    afterAll(() => {
      installed?.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    const run = async (code: string, cwd: string, args: readonly string[] = []): Promise<string> => {
      const script = join(cwd, 'imports.mjs');
      writeFileSync(script, code);
      const { stdout } = await promisify(execFile)(path, [...(scriptArgs['deno'] ?? []), ...args, script], {
        cwd,
        env: quietEnv,
      });
      return stdout.trim();
    };

    it('imports the package by npm:', async () => {
      expect(
        await run(
          program((entry) => `npm:sluice/${entry}`),
          installed.folder,
        ),
      ).toBe('hello');
    });

    it('imports a file of dist/', async () => {
      const dist = pathToFileURL(join(installed.folder, 'node_modules/sluice/dist/'));
      expect(
        await run(
          program((entry) => new URL(`${entry}.js`, dist).href),
          installed.folder,
        ),
      ).toBe('hello');
    });

    it('imports the sources by the scoped name of jsr.json', async () => {
      const imports = Object.entries(jsr.exports).map(([subpath, source]) => [
        jsr.name + subpath.slice(1),
        pathToFileURL(join(root, source)).href,
      ]);
      const map = join(folder, 'map.json');
      writeFileSync(map, JSON.stringify({ imports: Object.fromEntries(imports) }));
      const code = program((entry) => `${jsr.name}/${entry}`);
      expect(await run(code, folder, [`--import-map=${map}`])).toBe('hello');
    });

    // Slow types would make it fail.
    it('would publish, without slow types', async () => {
      for (const name of ['lib', 'adapters', 'jsr.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
        cpSync(join(root, name), join(folder, name), { recursive: true });
      // In place of the registry.
      const linked = ['web-streams-polyfill', '@types/node', 'undici-types'];
      for (const name of linked) {
        const at = join(folder, 'node_modules', name);
        mkdirSync(dirname(at), { recursive: true });
        symlinkSync(join(root, 'node_modules', name), at, 'dir');
      }
      const dependencies = Object.fromEntries(linked.map((name) => [name, '*']));
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }));
      const { stderr } = await promisify(execFile)(path, ['publish', '--dry-run', '--allow-dirty'], {
        cwd: folder,
        env: { ...quietEnv, DENO_NO_UPDATE_CHECK: '1' },
      });
      expect(stderr).toContain('Dry run complete');
      expect(stderr).not.toMatch(/warning/i);
    }, 90_000);
  });
