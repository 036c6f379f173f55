import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Installed {
  /** An empty project that has the package from its tarball, and nothing else but what was asked for. */
  readonly folder: string;
  remove(): void;
}

/**
 * Packs what stands in dist/ and installs the tarball in an empty project, so that a broken exports map or a missing
 * file fails. `linked`: packages of ours that the project may import too.
 */
export async function installPacked(linked: readonly string[] = []): Promise<Installed> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-spec-')));
  const npm = (cwd: string, ...args: string[]) =>
    run('npm', [...args, '--offline', '--no-audit', '--no-fund'], { cwd });
  const { stdout } = await npm(root, 'pack', '--json', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await npm(folder, 'install', `./${filename}`);
  for (const name of linked) {
    const at = join(folder, 'node_modules', name);
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), at, 'dir');
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
