import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The core entry, bundled from its sources. */
export async function loadSluice() {
  const outfile = join(mkdtempSync(join(tmpdir(), 'sluice-bench-')), 'sluice.mjs');
  const entry = new URL('../lib/mod.ts', import.meta.url);
  await build({ entryPoints: [entry.pathname], outfile, bundle: true, format: 'esm', target: 'es2022' });
  return import(pathToFileURL(outfile).href);
}
