import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { runtimes } from './helpers/runtimes.ts';

describe('100,000 bodies opened and closed (law 8)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-leaks-'));
  const outfile = join(folder, 'leaks.mjs');
  beforeAll(async () => {
    const entryPoints = [fileURLToPath(new URL('leaks-child.ts', import.meta.url))];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const { name, path } of runtimes) {
    if (path === undefined) {
      it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
      continue;
    }
    it(`leave nothing on ${name}`, async () => {
      const { stdout } = await promisify(execFile)(path, ['--expose-gc', outfile]);
      const { heap, ...left } = JSON.parse(stdout);
      expect(left).toEqual({ cycles: 100_000, locked: 0, listeners: 0, timers: 0, unhandled: [] });
      expect(heap[1] - heap[0]).toBeLessThan(1 << 20);
      // Not a measure: a machine that is shared takes as long as it takes.
    }, 300_000);
  }
});
