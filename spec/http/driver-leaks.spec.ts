import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const CONNECTIONS = 2600;

describe('thousands of connections opened and ended in every way (law 8)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-driver-leaks-'));
  const outfile = join(folder, 'leaks.mjs');
  beforeAll(async () => {
    const entryPoints = [fileURLToPath(new URL('driver-leaks-child.ts', import.meta.url))];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['http/1.1', 'h2'])(
    'leave nothing with %s',
    async (protocol) => {
      const run = ['--expose-gc', outfile, protocol, String(CONNECTIONS)];
      const { stdout } = await promisify(execFile)(process.execPath, run);
      const { heap, ...left } = JSON.parse(stdout);
      expect(left).toEqual({ listeners: 0, timers: 0, unhandled: [], served: true });
      expect(heap[1] - heap[0]).toBeLessThan(1 << 20);
    },
    120_000,
  );
});
