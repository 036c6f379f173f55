import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/**
 * Bundles a program of the specs into the folder of the installed package, by that package and not by this repository's own
 * dist/. `process`: the package stays an import, for Node, Deno and Bun. `web`: one file with all in it, for workerd and
 * browsers; it fails where something of Node would get in.
 */
export async function bundleProgram(
  folder: string,
  entry: string,
  name: string,
  target: 'process' | 'web',
): Promise<string> {
  const shared = {
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    external: ['cloudflare:*'],
  } satisfies BuildOptions;
  const outfile = join(folder, `${name}.mjs`);
  const first = target === 'process' ? outfile : join(folder, `${name}.open.mjs`);
  await build({
    ...shared,
    entryPoints: [entry],
    outfile: first,
    platform: target === 'process' ? 'node' : 'browser',
    external: [...shared.external, 'sluice', 'sluice/*'],
  });
  if (target === 'web') await build({ ...shared, entryPoints: [first], outfile, platform: 'browser' });
  return outfile;
}
