import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startProgram } from '../helpers/programs.ts';
import { bun, deno, type Runtime, runtimes, workerd } from '../helpers/runtimes.ts';
import { firstBytes, wire } from '../helpers/wire.ts';
import { serveWorker } from '../helpers/workerd.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const node = runtimes[0] as Runtime;
const mebibyte = 1 << 20;
/** 64 KiB with their size line and line end: 10000 CRLF, the bytes, CRLF. */
const chunkOnTheWire = 65_536 + 9;

/** Where the runtime's own server has no other way. */
const deviations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a stream of known length has its content-length': {
    bun: 'Bun.serve sends every stream chunked',
  },
  "HEAD of the runtime's own Response tells the length that GET does": {
    deno: 'Deno.serve would pull the body, and nobody else knows its length',
    workerd: 'workerd would pull the body, and nobody else knows its length',
  },
};

describe.each([node, deno, bun, workerd])('one handler, served by $name', (runtime) => {
  const { name, path } = runtime;
  if (path === undefined) {
    it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
    return;
  }
  let installed: Installed;
  let port: number;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    installed = await installPacked();
    const short = name.split(' ')[0];
    const target = name === 'workerd' ? 'web' : 'process';
    const outfile = await bundleProgram(
      installed.folder,
      here(`serve-${short}.ts`),
      `serve-${short}`,
      target,
    );
    if (name === 'workerd') {
      const server = await serveWorker(outfile, ['enable_request_signal']);
      port = Number(new URL(server.url).port);
      stop = () => server.stop();
    } else {
      const program = await startProgram(runtime, outfile, installed.folder);
      port = Number(program.ready['port']);
      stop = () => program.kill();
    }
  }, 60_000);
  afterAll(async () => {
    await stop?.();
    installed?.remove();
  });

  const get = (at: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${at}`, init);
  const close = 'host: 127.0.0.1\r\nconnection: close\r\n\r\n';
  /** What was noted of a path, once `entry` was. */
  const log = async (of: string, entry: string): Promise<string[]> =>
    (
      await get(`/log?of=${encodeURIComponent(`${of} `)}&until=${encodeURIComponent(`${of} ${entry}`)}`)
    ).json() as Promise<string[]>;
  const row = (title: string, run: () => Promise<void>): void => {
    const reason = deviations[title]?.[name];
    it(reason === undefined ? title : `${title}: not here, as ${reason}`, async () => {
      if (reason === undefined) return run();
      await expect(run()).rejects.toThrow();
    });
  };

  row('a light Response is a real one', async () => {
    const response = await get('/text');
    expect([response.status, response.headers.get('x-from'), response.headers.get('content-length')]).toEqual(
      [200, 'sluice', '5'],
    );
    expect(await response.text()).toBe('hello');
  });

  row("the runtime's own Response goes as it is", async () => {
    expect(await (await get('/native')).text()).toBe('native');
  });

  row('204 has no body', async () => {
    expect(await wire(port, `GET /null HTTP/1.1\r\n${close}`)).toMatch(/^HTTP\/1\.1 204 .*\r\n\r\n$/s);
  });

  row('a stream of known length has its content-length', async () => {
    const response = await get('/bytes');
    const { byteLength } = await response.arrayBuffer();
    expect([response.headers.get('content-length'), byteLength]).toEqual([String(mebibyte), mebibyte]);
  });

  row('completed fulfils after success, and the signal is silent', async () => {
    const response = await get('/chunked');
    expect((await response.arrayBuffer()).byteLength).toBe(mebibyte);
    expect(await log('/chunked', 'completed')).toEqual(['/chunked completed']);
  });

  row('a body of known length that has gone out is no loss', async () => {
    expect((await (await get('/known')).arrayBuffer()).byteLength).toBe(mebibyte);
    expect(await log('/known', 'completed')).toEqual(['/known completed']);
    expect((await (await get('/native-known')).arrayBuffer()).byteLength).toBe(mebibyte);
    // The stream there is the runtime's to cancel.
    const seen = await log('/native-known', 'completed');
    expect(seen.filter((entry) => !entry.includes('cancelled'))).toEqual(['/native-known completed']);
  });

  row('a client that leaves cancels the body that moves, with the reason of the signal', async () => {
    (await firstBytes(port, '/endless')).destroy();
    const seen = await log('/endless', 'cancelled, same reason: true');
    expect(seen).not.toContain('/endless pulled after cancel');
    expect(await log('/endless', 'incomplete ERR_CONNECTION_LOST')).toHaveLength(2);
  });

  row(
    "a client that leaves the runtime's own Response aborts the signal; one that stays does not",
    async () => {
      (await firstBytes(port, '/native-endless')).destroy();
      const seen = await log('/native-endless', 'aborted ERR_CONNECTION_LOST');
      expect(seen.filter((entry) => entry.includes('aborted'))).toHaveLength(1);
      // workerd cancels before it tells, and Deno now and then.
      const reasons = { deno: [true, false], workerd: [false] }[name] ?? [true];
      const cancelled = reasons.map((same) => `/native-endless cancelled, same reason: ${same}`);
      for (let last = seen; !last.some((entry) => cancelled.includes(entry)); )
        last = (await (await get('/log?of=/native-endless')).json()) as string[];
      expect((await (await get('/native-chunked')).arrayBuffer()).byteLength).toBe(mebibyte);
      expect(await log('/native-chunked', 'completed')).toEqual(['/native-chunked completed']);
    },
  );

  it.each(['/stalled', '/stalled-length'])(
    'a client that resets the connection cancels a body whose pull is pending: %s',
    async (at) => {
      (await firstBytes(port, at)).resetAndDestroy();
      await log(at, 'cancelled, same reason: true');
      expect(await log(at, 'incomplete ERR_CONNECTION_LOST')).toHaveLength(2);
    },
  );

  // A chunk that was read to its end: what closes is a FIN, not a reset.
  if (name === 'workerd')
    it('a client that closes cleanly is seen only at the next write, here: workerd waits for a reset', async () => {
      (await firstBytes(port, '/stalled-fin', chunkOnTheWire)).destroy();
      for (let n = 0; n < 50; n++) expect(await (await get('/log?of=/stalled-fin')).json()).toEqual([]);
    });
  else
    it('a client that closes cleanly cancels a body whose pull is pending', async () => {
      (await firstBytes(port, '/stalled-fin', chunkOnTheWire)).destroy();
      await log('/stalled-fin', 'cancelled, same reason: true');
      expect(await log('/stalled-fin', 'incomplete ERR_CONNECTION_LOST')).toHaveLength(2);
    });

  row('HEAD tells the length, and the body is cancelled unread', async () => {
    const head = await wire(port, `HEAD /head HTTP/1.1\r\n${close}`);
    expect(head.toLowerCase()).toContain(`content-length: ${1 << 30}\r\n`);
    expect(await log('/head', 'cancelled, same reason: false')).not.toContain('/head pulled after cancel');
  });

  row('HEAD tells no length that nobody knows', async () => {
    const head = await wire(port, `HEAD /head-unknown HTTP/1.1\r\n${close}`);
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head.toLowerCase()).not.toContain('content-length');
  });

  row("HEAD of the runtime's own Response tells the length that GET does", async () => {
    const [got, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => wire(port, `${method} /native HTTP/1.1\r\n${close}`)),
    );
    const lengthOf = (reply = ''): string | undefined => /content-length: *(\d+)/i.exec(reply)?.[1];
    expect([lengthOf(head), head?.split('\r\n\r\n')[1]]).toEqual([lengthOf(got), '']);
  });

  row('a body that fails is cut off, and onError hears why', async () => {
    const reply = await wire(port, `GET /broken HTTP/1.1\r\n${close}`);
    expect(reply).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(await log('error', 'broke')).toContain('error broke');
    expect(await log('/broken', 'incomplete broke')).toEqual(['/broken incomplete broke']);
  });

  row('what a handler throws is a 500 with an empty body', async () => {
    const response = await get('/throws');
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(await log('error', 'thrown')).toContain('error thrown');
  });

  row('an upload arrives', async () => {
    const bytes = Uint8Array.from({ length: mebibyte }, (_, i) => (i * 31) & 255);
    const sum = bytes.reduce((total, byte) => (total + byte) % 65_521, 0);
    const response = await get('/upload', { method: 'POST', body: bytes });
    expect(await response.text()).toBe(`${mebibyte} ${sum}`);
  });

  row("info has the runtime's own, and a rejected waitUntil goes to onError", async () => {
    const { remote, native } = (await (await get('/info')).json()) as { remote?: string; native: string[] };
    if (name !== 'workerd') expect(remote).toMatch(/127\.0\.0\.1$/);
    else expect(native).toEqual(['env', 'ctx']);
    expect(await log('error', 'late')).toContain('error late');
  });
});
