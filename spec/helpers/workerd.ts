import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { quietEnv, workerd } from './runtimes.ts';

export interface WorkerServer {
  readonly url: string;
  /** What it wrote to stderr. */
  errors(): string;
  stop(): Promise<void>;
}

/**
 * Serves one bundled module in the real workerd, with the network of this machine, without `nodejs_compat` unless it is among
 * the compatibility `flags`. `trusted` is a certificate as PEM.
 */
export async function serveWorker(
  module: string,
  flags: readonly string[] = [],
  trusted?: string,
): Promise<WorkerServer> {
  if (workerd.path === undefined) throw new Error('workerd is not installed');
  const compatible = flags.includes('nodejs_compat') ? flags : ['no_nodejs_compat', ...flags];
  const config = `${module}.capnp`;
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .w),
    (name = "internet", network = (allow = ["private", "public"], tlsOptions = (trustBrowserCas = false${trusted === undefined ? '' : `, trustedCertificates = [${JSON.stringify(trusted)}]`}))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const w :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${basename(module)}")],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = [${compatible.map((flag) => `"${flag}"`).join(', ')}],
);
`,
  );
  const child = spawn(workerd.path, ['serve', '--control-fd=3', config], {
    cwd: dirname(join(module)),
    env: quietEnv,
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (text) => {
    errors += String(text);
  });
  const gone = once(child, 'exit');
  const listening = once(createInterface(child.stdio[3] as Readable), 'line');
  const [line] = await Promise.race([
    listening,
    gone.then(() => Promise.reject(new Error(`workerd ended: ${errors}`))),
  ]);
  const { port } = JSON.parse(line) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    errors: () => errors,
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
