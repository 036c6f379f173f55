import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { launchBrowser, type TrustedServer } from './launch-browser.ts';
import { chromium, type Runtime } from './runtimes.ts';

export interface Browser {
  /** Where the page comes from: a secure context. */
  readonly url: string;
  /** Imports a module, by its path on the page's server, and calls what it exports by default. */
  run<T>(module: string, ...args: unknown[]): Promise<T>;
  stop(): Promise<void>;
}

interface Job {
  readonly module: string;
  readonly args: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: Error): void;
}

// The page asks for work and posts back what came of it: no driver, no protocol but HTTP.
const page = `<!doctype html><meta charset="utf-8"><title>specs</title><script type="module">
for (;;) {
  const job = await (await fetch('/-/job')).json();
  let result;
  try {
    result = { value: await (await import(job.module)).default(...job.args) };
  } catch (error) {
    result = { error: String(error) + '\\n' + error?.stack };
  }
  await fetch('/-/result', { method: 'POST', body: JSON.stringify(result) });
}
</script>`;

/** A browser without a screen, with one page that is served from 127.0.0.1. `site` answers every path that the page itself does not use. */
export async function openBrowser(
  site: RequestListener,
  browser: Runtime = chromium,
  trusted?: TrustedServer,
): Promise<Browser> {
  const jobs: Job[] = [];
  let waiting: ServerResponse | undefined;
  let current: Job | undefined;
  const next = (): void => {
    if (waiting === undefined || jobs.length === 0) return;
    current = jobs.shift();
    waiting.end(JSON.stringify({ module: current?.module, args: current?.args }));
    waiting = undefined;
  };
  const finish = async (req: IncomingMessage): Promise<void> => {
    const { error, value } = JSON.parse(await text(req)) as { error?: string; value?: unknown };
    if (error === undefined) current?.resolve(value);
    else current?.reject(new Error(error));
  };
  const server = createServer(async (req, res) => {
    if (req.url === '/') res.setHeader('content-type', 'text/html').end(page);
    else if (req.url === '/-/job') {
      waiting = res;
      next();
    } else if (req.url === '/-/result') {
      await finish(req);
      res.end();
    } else site(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { child, remove } = launchBrowser(browser, `${url}/`, trusted);
  let errors = '';
  child.stderr?.on('data', (part) => {
    errors += String(part);
  });
  const gone = once(child, 'exit').then(() => {
    for (const job of [...jobs, ...(current ? [current] : [])])
      job.reject(new Error(`${browser.name} ended: ${errors}`));
  });
  return {
    url,
    run: <T>(module: string, ...args: unknown[]) =>
      new Promise<T>((resolve, reject) => {
        jobs.push({ module, args, resolve: resolve as (value: unknown) => void, reject });
        next();
      }),
    async stop() {
      // With the processes that it has started.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await gone;
      server.closeAllConnections();
      server.close();
      remove();
    },
  };
}
