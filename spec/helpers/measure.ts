import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** The Nodes that memory is measured on, each in a process of its own. */
export const memoryNodes: readonly string[] = [
  process.execPath,
  ...['runtimes/node_modules/node22/bin/node'].filter((path) => existsSync(path)),
];

let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'sluice-memory-')), 'mod.mjs');
  await build({ entryPoints: ['lib/mod.ts'], outfile, bundle: true, format: 'esm', target: 'es2022' });
  return outfile;
}

/** Runs code that has the core entry as `sluice`, `used()` in bytes, and `settle()`; gives the JSON that it prints. */
export async function measure(node: string, code: string) {
  bundled ??= bundle();
  const script = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { createGzip, gzipSync } from 'node:zlib';
    import * as sluice from ${JSON.stringify(await bundled)};
    const used = () => { gc(); gc(); const m = process.memoryUsage(); return m.external + m.heapUsed; };
    const settle = async () => { for (let i = 0; i < 50; i++) await new Promise(setImmediate); };
    ${code}`;
  const { stdout } = await promisify(execFile)(node, ['--expose-gc', '--input-type=module', '-e', script], {
    timeout: 25_000,
  });
  return JSON.parse(stdout);
}
