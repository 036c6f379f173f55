import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Sources of this repository as one module, with all they export: Node 20 does not run TypeScript. */
export async function bundleSources(paths, outfile) {
  await build({
    stdin: {
      contents: paths.map((path) => `export * from './${path}';`).join(''),
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    outfile,
    logLevel: 'error',
  });
}

/** What sources of this repository export. */
export async function loadSources(...paths) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  const outfile = join(folder, 'sluice.mjs');
  try {
    await bundleSources(paths, outfile);
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
