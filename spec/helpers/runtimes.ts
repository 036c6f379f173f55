import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Runtime {
  /** `node 22`. */
  readonly name: string;
  /** The binary; undefined where it is not installed. */
  readonly path: string | undefined;
}

const own = process.versions.node.split('.')[0] ?? '';

/** A file under runtimes/node_modules, where it is there. */
const installed = (path: string): string | undefined => {
  const at = fileURLToPath(new URL(`../../runtimes/node_modules/${path}`, import.meta.url));
  return existsSync(at) ? at : undefined;
};

/** The Node versions that the specs run on: this one, and those of the folder runtimes/. */
export const runtimes: readonly Runtime[] = ['20', '22', '24', '26'].map((major) => ({
  name: `node ${major}`,
  path: major === own ? process.execPath : installed(`node${major}/bin/node`),
}));

export const deno: Runtime = { name: 'deno', path: installed('@deno/linux-x64-glibc/deno') };
export const bun: Runtime = { name: 'bun', path: installed('@oven/bun-linux-x64/bin/bun') };
export const workerd: Runtime = {
  name: 'workerd',
  path: installed('@cloudflare/workerd-linux-64/bin/workerd'),
};
export const chromium: Runtime = { name: 'chromium', path: installed('.chromium/chromium') };

/** The first of these that is there. */
const onSystem = (...paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

export const firefox: Runtime = {
  name: 'firefox',
  path: onSystem('/usr/bin/firefox-esr', '/usr/bin/firefox'),
};
const xvfb = onSystem('/usr/bin/xvfb-run');
export const webkitgtk: Runtime = {
  name: 'webkitgtk',
  path:
    xvfb &&
    onSystem(
      ...['x86_64', 'aarch64'].map((arch) => `/usr/lib/${arch}-linux-gnu/webkit2gtk-4.1/MiniBrowser`),
      '/usr/libexec/webkit2gtk-4.1/MiniBrowser',
    ),
};

/** What comes before a script on the command line, offline and without a prompt. */
export const scriptArgs: Readonly<Record<string, readonly string[]>> = {
  deno: ['run', '-A', '--no-lock', '--cached-only', '--no-check', '--node-modules-dir=manual'],
  bun: ['--no-install', 'run'],
};

/** The environment of every child: no colours, no calls home. */
export const quietEnv: NodeJS.ProcessEnv = {
  ...process.env,
  NO_COLOR: '1',
  DENO_NO_UPDATE_CHECK: '1',
  DO_NOT_TRACK: '1',
};
