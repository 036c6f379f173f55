import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startProgram } from '../helpers/programs.ts';
import { bun, deno, runtimes } from '../helpers/runtimes.ts';

describe('serve', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await installPacked();
  }, 60_000);
  afterAll(() => installed?.remove());

  it.each([...runtimes, deno, bun].filter(({ path }) => path !== undefined))(
    '$name: both families where no host is named; nothing listens with what can not be',
    async (runtime) => {
      const kind = runtime.name.split(' ')[0] as 'node' | 'deno' | 'bun';
      const source = fileURLToPath(new URL(`listen-${kind}.ts`, import.meta.url));
      const file = await bundleProgram(installed.folder, source, kind, 'process');
      const program = await startProgram(runtime, file, installed.folder);
      try {
        expect(program.ready).toEqual({
          families: [true, true],
          refused: [
            'RangeError: Cannot use highWaterMark as it must be a whole number from 1: received 0',
            "TypeError: Cannot use protocol as it must be 'http/1.1', 'h2' or 'auto': received h3",
            'TypeError: Cannot use onListen as it must be a function: received 5',
            'TypeError: Cannot use signal as it must be an AbortSignal: received 5',
          ],
          thrown: 'Error: mine',
        });
        // Nothing keeps it alive.
        await expect(program.line()).rejects.toThrow('ended: ');
      } finally {
        await program.kill();
      }
    },
  );
});
