// Looks at the package as it would be published: publint, and arethetypeswrong on its types.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' });

try {
  const [{ filename }] = JSON.parse(run('npm', 'pack', '--json', '--pack-destination', folder));
  const tarball = join(folder, filename);
  for (const args of [
    ['publint', '--strict', tarball],
    ['attw', '--profile', 'esm-only', tarball],
  ]) {
    console.log(run(join('node_modules', '.bin', args[0]), ...args.slice(1)));
  }
} catch (error) {
  console.error(error.stdout || error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
