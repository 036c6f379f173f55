import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { quietEnv, type Runtime } from './runtimes.ts';

export interface Launched {
  /** The first of its process group. */
  readonly child: ChildProcess;
  /** Deletes its profile, once it has ended. */
  remove(): void;
}

interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** How each browser opens one page, without a screen, for the profile in an empty folder. */
const launches: Readonly<Record<string, (path: string, profile: string, url: string) => Launch>> = {
  chromium: (path, profile, url) => ({
    command: path,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--ignore-certificate-errors', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, url],
    ],
    env: { LD_LIBRARY_PATH: join(dirname(path), 'al2023', 'lib') },
  }),
  firefox: (path, profile, url) => ({
    command: path,
    args: ['--headless', '--no-remote', '--profile', profile, url],
  }),
  webkitgtk: (path, profile, url) => ({
    command: 'xvfb-run',
    args: ['-a', path, '--ignore-tls-errors', '--private', url],
    env: { XDG_RUNTIME_DIR: profile },
  }),
};

/** Starts a browser with one page, in a process group of its own. */
export function launchBrowser({ name, path }: Runtime, url: string): Launched {
  const launch = launches[name];
  if (path === undefined || launch === undefined) throw new Error(`${name} is not installed`);
  const profile = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  const { command, args, env } = launch(path, profile, url);
  const child = spawn(command, args, {
    env: { ...quietEnv, HOME: profile, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  return { child, remove: () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }) };
}
