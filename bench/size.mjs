// What each file costs in an application's bundle: minified, gzipped, and each bit of the gzip charged to its source.
//   node bench/size.mjs ["export { body } from './lib/mod.ts'"] [--by folder]
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bitsPerByte } from './deflate-bits.mjs';
import { sourcePerByte } from './source-map.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { by: { type: 'string', default: 'file' } },
});
const bundles =
  positionals.length > 0
    ? positionals
    : [
        "export { body } from './lib/mod.ts'",
        "export * from './lib/mod.ts'",
        "export * from './lib/http/mod.ts'",
      ];

for (const contents of bundles) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'esnext',
    write: false,
    sourcemap: 'external',
    outfile: 'bundle.js',
  });
  const code = outputFiles.find(({ path }) => path.endsWith('.js')).contents;
  const map = JSON.parse(outputFiles.find(({ path }) => path.endsWith('.map')).text);
  const zipped = gzipSync(code, { level: 9 });
  const bits = bitsPerByte(zipped.subarray(10, -8));
  const sources = sourcePerByte(code, map);

  const costs = new Map();
  for (let i = 0; i < code.length; i++) {
    const path = (sources[i] ?? 'the bundler').replace(/^.*?((lib|adapters)\/)/, '$1');
    const name = values.by === 'folder' ? path.replace(/\/[^/]*$/, '') : path;
    const cost = costs.get(name) ?? { gzip: 0, minified: 0 };
    cost.gzip += bits[i] / 8;
    cost.minified++;
    costs.set(name, cost);
  }
  console.log(`\n### \`${contents}\`: ${code.length} bytes, gzipped ${zipped.length}\n`);
  console.log('| source | gzip | minified |\n| --- | ---: | ---: |');
  for (const [name, { gzip, minified }] of [...costs].sort(([, a], [, b]) => b.gzip - a.gzip))
    console.log(`| ${name} | ${Math.round(gzip)} | ${minified} |`);
}
