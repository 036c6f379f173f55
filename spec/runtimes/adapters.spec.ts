import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bun, deno, quietEnv, workerd } from '../helpers/runtimes.ts';

/** What bench/adapters.mjs finds for a runtime, but for its times. */
interface Found {
  readonly sends: number | null;
  readonly receives: number;
  readonly active: { readonly after: number; readonly missed: number };
  readonly idle: { readonly after: number; readonly missed: number };
  readonly 'http/1.1': Killed;
  readonly h2: Killed;
}

interface Killed {
  readonly server: { readonly upload: string; readonly cancelled: boolean };
  readonly client: { readonly upload: string; readonly download: string };
}

const highWaterMark = 65_536;
const read = 65_536;
/** What the counters of the kernel and of a process may be apart. */
const inexact = 12_288;

if (process.platform !== 'linux') it.skip('the kernel tells what it queues on Linux only', () => {});
else
  describe('between processes', () => {
    let all: Record<string, Found>;
    beforeAll(async () => {
      const bench = fileURLToPath(new URL('../../bench/adapters.mjs', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [bench, '5', '--json'], {
        env: quietEnv,
      });
      all = JSON.parse(stdout) as Record<string, Found>;
    }, 120_000);

    for (const { name, path } of [{ name: 'node', path: process.execPath }, deno, bun, workerd]) {
      if (path === undefined) {
        it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
        continue;
      }
      const found = (): Found => all[name] as Found;

      it(`${name} holds the highWaterMark and two reads at most, next to what the kernel queues`, () => {
        const { sends, receives } = found();
        expect(Math.max(sends ?? 0, receives)).toBeLessThanOrEqual(highWaterMark + 2 * read + inexact);
      });

      it(`${name}: a client that leaves cancels every source, and none is pulled after that`, () => {
        const { active, idle } = found();
        expect(active).toMatchObject({ after: 0, missed: 0 });
        expect(idle).toMatchObject({ after: 0, missed: 0 });
      });

      it.each(['http/1.1', 'h2'] as const)(
        `${name}: a killed process breaks both bodies at the other end, over %s`,
        (protocol) => {
          const { server, client } = found()[protocol];
          expect(server).toMatchObject({ upload: 'failed', cancelled: true });
          expect(client).toMatchObject({
            upload: 'ERR_CONNECTION_LOST',
            download: 'ERR_CONNECTION_LOST',
          });
        },
      );
    }
  });
