import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Every entry point and its source. One whose file is not written yet is left out. */
const table = {
  '.': 'lib/mod.ts',
  './http': 'lib/http/mod.ts',
  './http1': 'lib/http1/mod.ts',
  './http2': 'lib/http2/mod.ts',
  './testing': 'lib/testing/mod.ts',
  './node': 'adapters/node/mod.ts',
  './deno': 'adapters/deno/mod.ts',
  './bun': 'adapters/bun/mod.ts',
  './workerd': 'adapters/workerd/mod.ts',
  './browser': 'adapters/browser/mod.ts',
  './polyfill': 'lib/polyfill/mod.ts',
};

/** What has an effect when it is imported; nothing else may. */
const effects = ['./polyfill'];

const root = new URL('../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const readJson = (path) => JSON.parse(readFileSync(at(path), 'utf8'));

/** `{ subpath, name, source }` of each entry that exists; `name` is its file in dist/, without ending. */
export const entries = Object.entries(table)
  .filter(([, source]) => existsSync(at(source)))
  .map(([subpath, source]) => ({ subpath, source, name: subpath === '.' ? 'sluice' : subpath.slice(2) }));

/** What package.json and jsr.json have to say for these entries. */
export function manifests() {
  const effective = entries.filter(({ subpath }) => effects.includes(subpath));
  const pack = {
    ...readJson('package.json'),
    sideEffects: effective.length > 0 && effective.map(({ name }) => `./dist/${name}.js`),
    exports: {
      ...Object.fromEntries(
        entries.map(({ subpath, name }) => [
          subpath,
          { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
        ]),
      ),
      './package.json': './package.json',
    },
  };
  const jsr = {
    ...readJson('jsr.json'),
    version: pack.version,
    exports: Object.fromEntries(entries.map(({ subpath, source }) => [subpath, `./${source}`])),
  };
  return { 'package.json': pack, 'jsr.json': jsr };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, content] of Object.entries(manifests()))
    writeFileSync(at(path), `${JSON.stringify(content, null, 2)}\n`);
}
