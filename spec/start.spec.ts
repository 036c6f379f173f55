import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BodyStream, body } from '../lib/mod.ts';

interface Rows {
  watch(name: string, stream: BodyStream): BodyStream;
  stop(): void;
}

const curl = existsSync('/usr/bin/curl');
if (!curl) console.warn('curl is missing: the specs of npm start with it are skipped');
const withCurl = curl ? it : it.skip;

/** `npm start` without its build, on a free port. */
describe('npm start', () => {
  let server: ChildProcess;
  let printed = '';
  let url = '';
  const listeners: (() => void)[] = [];
  const shows = async (pattern: RegExp) => {
    while (!pattern.test(printed)) await new Promise<void>((resolve) => listeners.push(resolve));
    return printed;
  };

  beforeEach(async () => {
    printed = '';
    server = spawn(process.execPath, ['examples/start.mjs'], {
      env: { ...process.env, PORT: '0', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server.stdout?.setEncoding('utf8').on('data', (text) => {
      printed += text;
      for (const listener of listeners.splice(0)) listener();
    });
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(await shows(/Ctrl-C here ends/))?.[0] ?? '';
  });

  afterEach(async () => {
    if (server.exitCode !== null) return;
    server.kill('SIGINT');
    const code = await new Promise((resolve) => server.once('exit', resolve));
    expect(code).toBe(0);
  });

  it('prints each URL with a curl line, and exits cleanly on SIGINT with a request under way', async () => {
    for (const path of ['file', 'generator', 'events', 'upload', 'proxy']) {
      expect(printed).toMatch(new RegExp(`curl [^\\n]*${url}/${path}`));
    }
    const response = await fetch(`${url}/events`);
    const reader = response.body?.getReader();
    await reader?.read();
    server.kill('SIGINT');
    expect(await new Promise((resolve) => server.once('exit', resolve))).toBe(0);
    await reader?.read().catch(() => {});
  });

  it('hashes an upload, proxies, and shows how bodies end', async () => {
    const bytes = new Uint8Array(1_000_000).fill(7);
    const upload = await fetch(`${url}/upload`, { method: 'POST', body: bytes });
    expect(await upload.text()).toBe(`${createHash('sha256').update(bytes).digest('hex')}  1000000 bytes\n`);
    await shows(/1 upload .*976\.6K delivered 976\.6K .*ended/);
    const proxied = await fetch(`${url}/proxy?url=${url}/nowhere`);
    expect([proxied.status, await proxied.text()]).toEqual([404, expect.stringContaining('Not here')]);
    expect((await fetch(`${url}/proxy?url=nonsense`)).status).toBe(400);
    const failed = await fetch(`${url}/proxy?url=ftp://nowhere/`);
    expect([failed.status, await failed.text()]).toEqual([502, 'ftp://nowhere/: unknown scheme\n']);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });

  withCurl('a slow curl holds the source back, and one that ends shows cancelled at once', async () => {
    const client = spawn('curl', ['-s', '--limit-rate', '200k', '-o', '/dev/null', `${url}/generator`]);
    await shows(/1 generator .* open/);
    client.kill('SIGINT');
    const text = await shows(/1 generator .* cancelled/);
    const pulled = /([\d.]+)([KM]) delivered.*cancelled/.exec(text);
    expect(pulled?.[2] === 'K' || Number(pulled?.[1]) < 32).toBe(true);
  });

  withCurl('curl lines give what they promise', () => {
    const run = (line: string) => execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(run(`curl -sN ${url}/generator | head -n 3`)).toBe('0\n1\n2\n');
    expect(run(`head -c 5000000 /dev/zero | curl -s -T - ${url}/upload`)).toMatch(
      /^[\da-f]{64} {2}5000000 bytes\n$/,
    );
    expect(run(`curl -sN ${url}/events | head -n 2`)).toMatch(/^id: 1\ndata: /);
    const code = run(
      `curl -s -o /dev/null -w '%{http_code} %{size_download}' -r 0- '${url}/proxy?url=${url}/file'`,
    );
    expect(code).toMatch(/^200 \d{8,}$/);
  });
});

describe('the rows of npm start', () => {
  /** What a terminal of 80 columns shows after all that was written to it. */
  function screen(written: string): string[] {
    const lines = [''];
    for (const [, control, line, end] of written.matchAll(/\x1b\[(\d+)A\x1b\[J|([^\x1b\n]*)(\n?)/g)) {
      if (control) lines.splice(lines.length - 1 - Number(control), Number(control));
      else {
        // A line that is full goes on in the next.
        lines.splice(-1, 1, ...(`${lines.at(-1)}${line}`.match(/.{1,80}/g) ?? ['']));
        if (end) lines.push('');
      }
    }
    return lines;
  }

  it('each is redrawn in its own line, as many as the terminal has', async () => {
    const path = '../examples/live-rows.mjs';
    const { liveRows } = (await import(path)) as { liveRows(out: object): Rows };
    let written = '';
    const rows = liveRows({ isTTY: true, columns: 80, rows: 5, write: (text: string) => (written += text) });
    const streams = Array.from({ length: 12 }, (_, i) =>
      rows.watch(i === 11 ? 'generator' : 'file', body({ pull: () => new Uint8Array(1023 * 1024 * 1024) })),
    );
    const last = streams[11] as BodyStream;
    await last.getReader().read();
    for (const stream of streams.slice(0, 3)) {
      await stream.cancel();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
    rows.stop();
    const shown = screen(written).filter(Boolean);
    expect(shown.map((line) => line.slice(0, 12).trim())).toEqual([
      ...['1 file', '2 file', '3 file'],
      ...['9 file', '10 file', '11 file', '12 generator'],
    ]);
    expect(shown.at(-1)).toMatch(/ pulled {3}1\.0G delivered {3}1\.0G buffered {3}0\.0K .*\/s open$/);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(80);
  });
});
