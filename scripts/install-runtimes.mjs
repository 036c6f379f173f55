// Installs the other Node versions that the specs run on, once. Where there are none for this machine, the specs that
// need them say so by name.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../runtimes/', import.meta.url));

if (!existsSync(`${folder}node_modules`)) {
  try {
    execSync('npm ci --no-bin-links --no-audit --no-fund', { cwd: folder, stdio: 'inherit' });
  } catch {
    console.error(
      'The other Node versions could not be installed: the specs that run on them will be skipped.',
    );
  }
}
