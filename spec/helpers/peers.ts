import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
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
  nginx: '-v',
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

export interface Peer {
  readonly port: number;
  stop(): void;
}

/** Starts a program that listens on a port that it is told, and waits until it does. */
export async function startPeer(
  program: string,
  args: (port: number) => readonly string[],
  cwd?: string,
): Promise<Peer> {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  const child = spawn(program, args(port), { cwd, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${program} ended: ${said}`)));
  const reached = async (): Promise<void> => {
    const socket = dial(port, '127.0.0.1');
    const connected = await once(socket, 'connect').catch(() => undefined);
    socket.destroy();
    if (connected === undefined) await Promise.race([reached(), ended]);
  };
  await reached();
  return { port, stop: () => child.kill() };
}
