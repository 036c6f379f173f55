import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toNodeListener } from '../../adapters/node/mod.ts';
import { respond } from '../../lib/http/mod.ts';
import { encodeSse, pipe } from '../../lib/mod.ts';
import { type Browser, openBrowser } from '../helpers/browser.ts';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { chromium } from '../helpers/runtimes.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const messages = [
  { data: 'plain' },
  { event: 'tick', data: 'two\nlines: of data', id: '7', retry: 60_000 },
  { data: ' a space, ünïcode 🎈 and a colon:', id: '8' },
];
const mebibyte = 1 << 20;
const chunk = Buffer.alloc(65_536, 'a');
const some = Buffer.from(Uint8Array.from({ length: mebibyte }, (_, i) => i % 251));
const sum = (bytes: Uint8Array): [number, number] => [
  bytes.byteLength,
  bytes.reduce((total, byte) => (total + byte) % 65_521, 0),
];

if (chromium.path === undefined) {
  describe('sluice/browser in Chromium', () => {
    it.skip('Chromium is not installed: npm test puts it into runtimes/', () => {});
  });
} else {
  describe('sluice/browser in Chromium', () => {
    let installed: Installed;
    let browser: Browser;
    let secure: Http2SecureServer;
    const scripts = new Map<string, string>();
    const sent = new Map<string, number>();
    const left = new Map<string, () => void>();

    /** Fulfils when the client of a path has left early. */
    const leaves = (path: string): Promise<void> => new Promise((resolve) => left.set(path, resolve));

    const endless = (path: string, res: ServerResponse): void => {
      const write = (): void => {
        do sent.set(path, (sent.get(path) ?? 0) + chunk.byteLength);
        while (res.write(chunk));
      };
      res.on('drain', write);
      res.on('close', () => left.get(path)?.());
      write();
    };

    const uploaded = (req: IncomingMessage, res: ServerResponse): void => {
      const hash = createHash('sha256');
      let size = 0;
      req.on('data', (part: Buffer) => {
        size += part.byteLength;
        hash.update(part);
      });
      req.on('end', () => res.end(`${size} ${hash.digest('hex')}`));
    };

    const events = toNodeListener(() =>
      respond(pipe(messages, encodeSse()), { headers: { 'content-type': 'text/event-stream' } }),
    );

    const site: RequestListener = (req, res) => {
      const path = req.url ?? '/';
      const script = scripts.get(path);
      if (script !== undefined) res.setHeader('content-type', 'text/javascript').end(script);
      else if (path === '/some') res.setHeader('content-length', some.byteLength).end(some);
      else if (path === '/gzip') res.setHeader('content-encoding', 'gzip').end(gzipSync(some));
      else if (path.startsWith('/endless')) endless(path, res);
      else if (path.startsWith('/sent/')) res.end(String(sent.get(path.slice(5)) ?? 0));
      else if (path === '/silent') {
        res.on('close', () => left.get(path)?.());
        res.write('some');
      } else if (path === '/events') events(req, res);
      else if (path === '/upload') uploaded(req, res);
      else res.writeHead(404).end();
    };

    beforeAll(async () => {
      installed = await installPacked();
      for (const name of ['page', 'worker', 'service-worker']) {
        const file = await bundleProgram(installed.folder, here(`${name}.ts`), name, 'web');
        scripts.set(`/${name}.mjs`, readFileSync(file, 'utf8'));
      }
      browser = await openBrowser(site);
      secure = createSecureServer(
        {
          key: readFileSync(here('../fixtures/localhost.key.pem')),
          cert: readFileSync(here('../fixtures/localhost.cert.pem')),
        },
        (req, res) => {
          const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
          for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
          if (req.method === 'OPTIONS') res.end();
          else uploaded(req as unknown as IncomingMessage, res as unknown as ServerResponse);
        },
      );
      await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    }, 60_000);
    afterAll(async () => {
      await browser?.stop();
      secure?.close();
      installed?.remove();
    });

    const run = <T>(name: string, ...args: unknown[]): Promise<T> =>
      browser.run<T>('/page.mjs', name, ...args);

    it('readBody reads every byte, and tells progress with the total', async () => {
      const [size, total] = sum(some);
      expect(await run('read', '/some')).toEqual({ size, sum: total, byteLength: size, last: [size, size] });
    });

    it('an EventSource reads back what encodeSse writes', async () => {
      expect(await run('events', '/events', ['message', 'tick'], messages.length)).toEqual([
        { type: 'message', data: 'plain', id: '' },
        { type: 'tick', data: 'two\nlines: of data', id: '7' },
        { type: 'message', data: ' a space, ünïcode 🎈 and a colon:', id: '8' },
      ]);
    });

    it('the total of a content-encoded response is unknown', async () => {
      const [size, total] = sum(some);
      expect(await run('read', '/gzip')).toEqual({ size, sum: total, byteLength: null, last: [size, null] });
    });

    it('a limit fails the body and ends the download', async () => {
      const gone = leaves('/endless-limit');
      expect(await run('limit', '/endless-limit', 100_000)).toEqual({
        name: 'LimitExceededError',
        code: 'ERR_LIMIT_EXCEEDED',
      });
      await gone;
    });

    it('a network that is silent for too long fails the body and ends the download', async () => {
      const gone = leaves('/silent');
      expect(await run('idle', '/silent')).toEqual({ name: 'TimeoutError', code: 'ERR_IDLE_TIMEOUT' });
      await gone;
    });

    it('an aborted signal fails the body with its reason and ends the download', async () => {
      const gone = leaves('/endless-abort');
      expect(await run('abort', '/endless-abort')).toBe(true);
      await gone;
    });

    it('a cancel ends the download', async () => {
      const gone = leaves('/endless-cancel');
      await run('cancel', '/endless-cancel');
      await gone;
    });

    it('a reader that stalls stops the server: what the browser holds is its own', async () => {
      const { sent, pulled } = await run<{ sent: number; pulled: number }>(
        'stall',
        '/endless',
        '/sent/endless',
      );
      // One chunk is ours; Chromium itself reads 57 MiB ahead, and the kernel holds some.
      expect(pulled).toBeLessThanOrEqual(4 * mebibyte);
      expect(sent).toBeLessThan(96 * mebibyte);
    });

    it('saveTo writes a file of the origin private file system, and leaves it as it was when the body fails', async () => {
      const saved = await run<Record<string, unknown>>('save');
      expect(saved['written']).toBe(3 * mebibyte);
      expect(saved['before']).toEqual(saved['expected']);
      expect(saved['error']).toEqual({ name: 'Error', code: 'BROKE' });
      expect(saved['after']).toEqual(saved['expected']);
    });

    it('a body goes to a worker and back, and to a file by a synchronous handle', async () => {
      const { back, pulls, file } = await run<Record<string, unknown>>('worker', '/worker.mjs');
      const expected = Uint8Array.from({ length: 4 * mebibyte }, (_, i) => 250 - (i % 251));
      expect(back).toEqual(sum(expected));
      expect(pulls).toBe(Math.ceil((4 * mebibyte) / 70_000) + 1);
      expect(file).toEqual({ written: 50_000, size: 50_000 });
    });

    const digest = createHash('sha256').update(some).digest('hex');

    it('an upload streams over HTTP/2', async () => {
      const { port } = secure.address() as AddressInfo;
      expect(await run('upload', `https://127.0.0.1:${port}/`)).toEqual({
        streamed: true,
        text: `${mebibyte} ${digest}`,
      });
    });

    it('an upload over HTTP/1.1 is a Blob, and says so', async () => {
      expect(await run('upload', '/upload')).toEqual({ streamed: false, text: `${mebibyte} ${digest}` });
    });

    it('an upload that can not be streamed keeps its limit', async () => {
      expect(await run('uploadLimit', '/upload')).toEqual({
        error: { name: 'LimitExceededError', code: 'ERR_LIMIT_EXCEEDED' },
        cancelled: true,
      });
    });

    it('a service worker serves pages from a handler, and a page that leaves cancels the body', async () => {
      expect(await run('serviceWorker', '/service-worker.mjs', '/offline')).toEqual({
        page: '<p>offline',
        status: 404,
        log: 'cancelled',
      });
    });
  });
}
