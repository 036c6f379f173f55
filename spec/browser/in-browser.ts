import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningServer, serve, toNodeListener } from '../../adapters/node/mod.ts';
import { type Handler, respond } from '../../lib/http/mod.ts';
import { body, bodyOf, encodeSse, iterate, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { type Browser, openBrowser } from '../helpers/browser.ts';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import type { Runtime } from '../helpers/runtimes.ts';

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

/** Where browsers differ. What one of them lacks is checked too: it must still lack it. */
export interface Abilities {
  /** It sends streams, over HTTP/2. */
  readonly uploadsStreams: boolean;
  /** What it reads ahead of an unread response has a limit, so that a reader that stalls stops the server. */
  readonly holdsBack: boolean;
  /** A download that is left ends at once, also while its server says nothing. */
  readonly leavesSilence: boolean;
  /** It has the origin private file system. */
  readonly savesFiles: boolean;
}

/** The specs of `sluice/browser`, in a real one. */
export function inBrowser(runtime: Runtime, abilities: Abilities): void {
  const { uploadsStreams, holdsBack, leavesSilence, savesFiles } = abilities;
  describe(`sluice/browser in ${runtime.name}`, () => {
    let installed: Installed;
    let browser: Browser;
    let secure: RunningServer;
    const scripts = new Map<string, string>();
    const sent = new Map<string, number>();
    const left = new Map<string, () => void>();

    /** Fulfils when the client of a path has left early. */
    const leaves = (path: string): Promise<void> => new Promise((resolve) => left.set(path, resolve));

    const endless = (path: string, res: ServerResponse): void => {
      const write = (): void => {
        do sent.set(path, (sent.get(path) ?? 0) + chunk.byteLength);
        while (res.write(chunk) && (sent.get(path) ?? 0) < 128 * mebibyte);
      };
      res.on('drain', () => (sent.get(path) ?? 0) < 128 * mebibyte && write());
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

    /** What our own server gives over TLS. */
    const ours: Handler = async (request, info) => {
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      const { pathname } = new URL(request.url);
      if (request.method === 'OPTIONS') return respond(null, { status: 204, headers });
      if (pathname === '/gzip') {
        const coded = { ...headers, 'content-encoding': 'gzip' };
        return respond(gzipSync(some), { headers: coded });
      }
      if (pathname === '/download') {
        const source = countingSource({ chunkBytes: 50_000, totalBytes: 8 * mebibyte });
        return respond(body(source, { byteLength: 8 * mebibyte }), { headers });
      }
      if (pathname === '/refuse') {
        const reader = bodyOf(request).getReader();
        await reader.read();
        await reader.cancel('enough');
        return respond('refused', { status: 413, headers });
      }
      const hash = createHash('sha256');
      let size = 0;
      for await (const part of iterate(bodyOf(request))) {
        size += part.byteLength;
        hash.update(part);
      }
      return respond(`${size} ${hash.digest('hex')} ${info.protocol}`, { headers });
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
        // Firefox waits for more where it has to find out the type.
        res.setHeader('content-type', 'application/octet-stream').write('some');
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
      const cert = readFileSync(here('../fixtures/localhost.cert.pem'), 'utf8');
      const key = readFileSync(here('../fixtures/localhost.key.pem'), 'utf8');
      secure = await serve(ours, { hostname: '127.0.0.1', tls: { key, cert } });
      browser = await openBrowser(site, runtime, { cert, port: secure.port });
    }, 60_000);
    afterAll(async () => {
      await browser?.stop();
      secure?.abort();
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

    it('so is that of one from another origin, which hides whether it was encoded', async () => {
      const [size, total] = sum(some);
      expect(await run('read', `${secure.url}gzip`)).toEqual({
        size,
        sum: total,
        byteLength: null,
        last: [size, null],
      });
    });

    it('a limit fails the body and ends the download', async () => {
      const gone = leaves('/endless-limit');
      expect(await run('limit', '/endless-limit', 100_000)).toEqual({
        name: 'LimitExceededError',
        code: 'ERR_LIMIT_EXCEEDED',
      });
      await gone;
    });

    it(`a network that is silent for too long fails the body and ${leavesSilence ? 'ends' : 'leaves open'} the download`, async () => {
      const gone = leaves('/silent');
      expect(await run('idle', '/silent')).toEqual({ name: 'TimeoutError', code: 'ERR_IDLE_TIMEOUT' });
      if (leavesSilence) return gone;
      const other = run('read', '/some').then(() => 'open');
      expect(await Promise.race([gone.then(() => 'ended'), other])).toBe('open');
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

    it(`a reader that stalls ${holdsBack ? 'stops' : 'does not stop'} the server: what the browser holds is its own`, async () => {
      const { sent, pulled } = await run<{ sent: number; pulled: number }>(
        'stall',
        '/endless',
        '/sent/endless',
      );
      // One chunk is ours; Chromium itself reads 57 MiB ahead, and the kernel holds some.
      if (holdsBack) expect(pulled).toBeLessThanOrEqual(4 * mebibyte);
      expect(sent < 96 * mebibyte).toBe(holdsBack);
    }, 60_000);

    it('a body goes to a worker and back', async () => {
      const { back, pulls } = await run<Record<string, unknown>>('worker', '/worker.mjs');
      const expected = Uint8Array.from({ length: 4 * mebibyte }, (_, i) => 250 - (i % 251));
      expect(back).toEqual(sum(expected));
      expect(pulls).toBe(Math.ceil((4 * mebibyte) / 70_000) + 1);
    });

    if (savesFiles) {
      it('saveTo writes a file of the origin private file system, and leaves it as it was when the body fails', async () => {
        const saved = await run<Record<string, unknown>>('save');
        expect(saved['written']).toBe(3 * mebibyte);
        expect(saved['before']).toEqual(saved['expected']);
        expect(saved['error']).toEqual({ name: 'Error', code: 'BROKE' });
        expect(saved['after']).toEqual(saved['expected']);
      });

      it('saveTo writes a file by a synchronous handle, in a worker', async () => {
        expect(await run('workerSave', '/worker.mjs')).toEqual({ written: 50_000, size: 50_000 });
      });
    } else
      it('there is no file system to save to', async () => {
        await expect(run('save')).rejects.toThrow(/getDirectory/);
      });

    const digest = createHash('sha256').update(some).digest('hex');

    it('our own server over TLS speaks HTTP/2 with it: 8 MiB down and up, by SHA-256', async () => {
      const whole = Buffer.from(Uint8Array.from({ length: 8 * mebibyte }, (_, i) => i % 251));
      const sha = createHash('sha256').update(whole).digest('hex');
      expect(await run('both', secure.url, 8 * mebibyte)).toEqual({
        down: sha,
        up: `${8 * mebibyte} ${sha} h2`,
        streamed: uploadsStreams,
      });
    }, 60_000);

    it('an upload that our server reads no further stops, and is cancelled once', async () => {
      const { status, text, pulled, cancels } = await run<Record<string, unknown>>(
        'refused',
        `${secure.url}refuse`,
      );
      expect([status, text]).toEqual([413, 'refused']);
      // Where the browser can't stream, all of it was in memory before.
      expect([Number(pulled) < 4 * mebibyte, cancels]).toEqual([uploadsStreams, uploadsStreams ? 1 : 0]);
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
