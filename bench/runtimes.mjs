import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../runtimes/node_modules/${path}`, import.meta.url));
const there = ({ path }) => existsSync(path);

/** The Node versions that benches run on: this one, and those of the runtimes folder. */
export const runtimes = [
  { name: `node ${process.versions.node}`, path: process.execPath },
  ...['node22', 'node24', 'node26'].map((name) => ({ name, path: at(`${name}/bin/node`) })).filter(there),
];

/** One of each runtime that has an adapter with sockets, and what comes before a script on its command line. */
export const adapters = [
  { name: 'node', path: process.execPath, args: [] },
  {
    name: 'deno',
    path: at('@deno/linux-x64-glibc/deno'),
    args: ['run', '-A', '--no-lock', '--cached-only', '--no-check', '--node-modules-dir=manual'],
  },
  { name: 'bun', path: at('@oven/bun-linux-x64/bin/bun'), args: ['--no-install', 'run'] },
  { name: 'workerd', path: at('@cloudflare/workerd-linux-64/bin/workerd'), args: [] },
].filter(there);
