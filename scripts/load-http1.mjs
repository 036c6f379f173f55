// Bundles the codec (and the spec's runner) into a temp folder and imports it: Node 20 cannot run TypeScript.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export async function loadHttp1() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-http1-'));
  try {
    const outfile = join(folder, 'http1.mjs');
    await build({
      stdin: {
        contents: `export * from './lib/http1/mod.ts'; export * from './spec/http1/outcome.ts';`,
        resolveDir: fileURLToPath(new URL('..', import.meta.url)),
        loader: 'ts',
      },
      bundle: true,
      format: 'esm',
      target: 'es2022',
      outfile,
      logLevel: 'error',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
