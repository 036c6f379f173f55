import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (name) => fileURLToPath(new URL(`../runtimes/node_modules/${name}/bin/node`, import.meta.url));

/** The Node versions that benches run on: this one, and those of the runtimes folder. */
export const runtimes = [
  { name: `node ${process.versions.node}`, path: process.execPath },
  ...['node22', 'node24', 'node26']
    .map((name) => ({ name, path: at(name) }))
    .filter(({ path }) => existsSync(path)),
];
