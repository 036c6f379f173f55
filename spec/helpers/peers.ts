import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { it } from '@jest/globals';

export const run = promisify(execFile);

const absent = new Set<string>();
for (const [name, flag] of Object.entries({
  curl: '--version',
  nghttp: '--version',
  h2load: '--version',
  nghttpd: '--version',
  openssl: 'version',
  haproxy: '-v',
}))
  await run(name, [flag]).catch(() => absent.add(name));

/** Of all that are installed, the python3 that has h2. */
export const python = await pythonWith('h2');
if (python === '') absent.add('python3-h2');

async function pythonWith(name: string): Promise<string> {
  const { stdout } = await run('which', ['-a', 'python3']).catch(() => ({ stdout: '' }));
  for (const path of stdout.split('\n').filter(Boolean)) {
    const has = await run(path, ['-c', `import ${name}`]).then(
      () => true,
      () => false,
    );
    if (has) return path;
  }
  return '';
}

/** Whether a peer is not installed. */
export const missing = (peer: string): boolean => absent.has(peer);

/** A spec that needs a peer; skipped where that is not installed. */
export function withPeer(peer: string, name: string, test: () => Promise<void>): void {
  if (missing(peer)) it.skip(`${name} (${peer} is not installed)`, test);
  else it(name, test);
}
