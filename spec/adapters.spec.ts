import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const kibibyte = 1024;

const bundle = (from: BuildOptions) =>
  build({
    ...from,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    metafile: true,
    write: false,
    external: ['node:*', 'cloudflare:*'],
  });

const gzipped = ({ outputFiles }: Awaited<ReturnType<typeof bundle>>): number =>
  gzipSync(outputFiles?.[0]?.contents ?? '', { level: 9 }).byteLength;

/** A program that has what these files import from below the adapters, name for name, and nothing of theirs. */
function below(files: readonly string[]): string {
  const imports = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/^import (?!type)\{([^}]*)\} from '([^']*\/lib\/[^']*)';/gm)].map(
      ([, names = '', path = '']) => {
        const values = names.split(',').filter((name) => !/^\s*(?:type |$)/.test(name));
        return [join(root, dirname(file), path), values.map((name) => name.trim().replace(/ as .*/, ''))];
      },
    );
  });
  const named = new Set(
    imports.flatMap(([path, names]) => [...(names ?? [])].map((name) => `${name} ${path}`)),
  );
  return [...named]
    .map((pair, n) => pair.replace(/^(\S+) (.*)$/, `export { $1 as _${n} } from '$2';`))
    .join('\n');
}

describe.each(['node', 'deno', 'bun', 'workerd', 'browser'])('adapters/%s', (name) => {
  const bundled = bundle({ entryPoints: [`adapters/${name}/mod.ts`] });
  const own = bundled.then(({ metafile }) =>
    Object.entries(metafile?.inputs ?? {}).filter(([path]) => path.startsWith('adapters/')),
  );

  it('is at most 4 KiB on top of what it imports, minified and gzipped', async () => {
    const contents = below((await own).map(([path]) => path));
    const without = gzipped(await bundle({ stdin: { contents, resolveDir: root } }));
    expect(without).toBeGreaterThan(4 * kibibyte);
    expect(gzipped(await bundled) - without).toBeLessThanOrEqual(4 * kibibyte);
  });

  it('imports no other adapter, and nothing of another runtime', async () => {
    const allowed = { node: /^node:|\/lib\//, workerd: /^cloudflare:|\/lib\// }[name] ?? /\/lib\//;
    for (const [path, { imports }] of await own) {
      expect(path).toMatch(new RegExp(`^adapters/(${name}|shared)/`));
      for (const { path: to, external } of imports) if (external) expect(to).toMatch(allowed);
    }
  });
});
