import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { quietEnv, type Runtime } from './runtimes.ts';

export interface Launched {
  /** The first of its process group. */
  readonly child: ChildProcess;
  /** Deletes its profile, once it has ended. */
  remove(): void;
}

/** A server on 127.0.0.1 whose certificate, as PEM, nobody else vouches for. */
export interface TrustedServer {
  readonly port: number;
  readonly cert: string;
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
    args: ['-a', path, '--ignore-tls-errors', url],
    env: { XDG_RUNTIME_DIR: profile },
  }),
};

/** Firefox keeps exceptions in its profile, by the hash of the certificate (2.16.840.1.101.3.4.2.1 is SHA-256). */
function trust({ port, cert }: TrustedServer, profile: string): void {
  const { fingerprint256 } = new X509Certificate(cert);
  const line = `127.0.0.1:${port}:\tOID.2.16.840.1.101.3.4.2.1\t${fingerprint256}\t\n`;
  writeFileSync(join(profile, 'cert_override.txt'), line);
}

/** Starts a browser with one page, in a process group of its own. */
export function launchBrowser({ name, path }: Runtime, url: string, trusted?: TrustedServer): Launched {
  const launch = launches[name];
  if (path === undefined || launch === undefined) throw new Error(`${name} is not installed`);
  const profile = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  if (trusted !== undefined && name === 'firefox') trust(trusted, profile);
  const { command, args, env } = launch(path, profile, url);
  const child = spawn(command, args, {
    env: { ...quietEnv, HOME: profile, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  return { child, remove: () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }) };
}
