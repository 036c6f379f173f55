// Installs the runtimes that the specs run on, once for each lock file. Where there is none for this machine, the specs that
// need it say so by name.
import { execFileSync, execSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../runtimes/', import.meta.url));
const lock = `${folder}package-lock.json`;
const installed = `${folder}node_modules/.installed-lock.json`;
const chromium = `${folder}node_modules/.chromium`;

const same = existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8');

if (!same) {
  try {
    execSync('npm ci --no-bin-links --no-audit --no-fund', { cwd: folder, stdio: 'inherit' });
    copyFileSync(lock, installed);
  } catch {
    console.error('The runtimes could not be installed: the specs that run on them will be skipped.');
  }
}

if (process.platform === 'linux' && process.arch === 'x64' && !existsSync(`${chromium}/chromium`)) {
  mkdirSync(chromium, { recursive: true });
  try {
    const unpack = "await (await import('@sparticuz/chromium')).default.executablePath()";
    // By this variable it unpacks the libraries too that Chromium needs and a bare Linux lacks.
    const env = { ...process.env, TMPDIR: chromium, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
    execFileSync(process.execPath, ['--input-type=module', '-e', unpack], {
      cwd: folder,
      env,
      stdio: 'inherit',
    });
  } catch {
    console.error('Chromium could not be unpacked: the specs that run in it will be skipped.');
  }
}
