import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What stands below the adapters is not theirs. */
const belowStaysOut: Plugin = {
  name: 'below-stays-out',
  setup(builder) {
    builder.onResolve({ filter: /\/lib\// }, ({ path }) => ({ path, external: true }));
  },
};

/** KiB. That of Node has the bridges to node:stream, node:http and node:http2 on top of the sockets. */
const limits = { node: 7, deno: 4, bun: 4, workerd: 4, browser: 4 };

describe.each(Object.entries(limits))('adapters/%s', (name, limit) => {
  const bundled = build({
    entryPoints: [`adapters/${name}/mod.ts`],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    metafile: true,
    write: false,
    external: ['node:*', 'cloudflare:*'],
    plugins: [belowStaysOut],
  });

  it(`is at most ${limit} KiB on top of what it imports, minified and gzipped`, async () => {
    const [file] = (await bundled).outputFiles;
    expect(gzipSync(file?.contents ?? '', { level: 9 }).byteLength).toBeLessThanOrEqual(limit * 1024);
  });

  it('imports no other adapter, and nothing of another runtime', async () => {
    const { inputs } = (await bundled).metafile;
    for (const [path, { imports }] of Object.entries(inputs)) {
      expect(path).toMatch(new RegExp(`^adapters/(${name}|shared)/`));
      for (const { path: to, external } of imports) {
        if (!external) continue;
        const allowed = { node: /\/lib\/|^node:/, workerd: /\/lib\/|^cloudflare:/ }[name] ?? /\/lib\//;
        expect(to).toMatch(allowed);
      }
    }
  });
});
