// Bundles the codec into a temp folder and imports it: Node 20 cannot run TypeScript.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The entry of `lib/http2`, and what its frame handlers use. */
export async function loadHttp2() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-http2-'));
  try {
    const outfile = join(folder, 'http2.mjs');
    const contents = ['mod', 'frames/read-uint32', 'frames/strip-padding']
      .map((path) => `export * from './lib/http2/${path}.ts';`)
      .join('');
    await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
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
