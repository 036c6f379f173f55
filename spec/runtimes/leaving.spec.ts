import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startProgram } from '../helpers/programs.ts';
import { dialRaw, leaving } from '../helpers/raw-tls.ts';
import { bun, deno } from '../helpers/runtimes.ts';
import { tls } from '../helpers/tls.ts';

describe('serve over TLS, with clients that leave', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await installPacked();
  }, 60_000);
  afterAll(() => installed?.remove());

  it.each([deno, bun].filter(({ path }) => path !== undefined))('$name', async (runtime) => {
    const { folder } = installed;
    const source = fileURLToPath(new URL(`leaving-${runtime.name}.ts`, import.meta.url));
    const file = await bundleProgram(folder, source, `leaving-${runtime.name}`, 'process');
    const program = await startProgram(runtime, file, folder, [tls.key, tls.cert]);
    try {
      for (const [how, leave] of leaving) {
        const down = await dialRaw(Number(program.ready['port']));
        down.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        down.socket.once('data', () => leave(down));
        expect({ how, told: await program.line() }).toEqual({ how, told: { heard: 2, one: true } });
        down.plain.destroy();
        for (const rest of [
          'Content-Length: 9\r\n\r\nhello',
          'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
        ]) {
          const up = await dialRaw(Number(program.ready['port']));
          up.socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${rest}`);
          expect(await program.line()).toBe('hello');
          leave(up);
          expect({ how, rest, told: await program.line() }).toEqual({
            how,
            rest,
            told: 'ERR_CONNECTION_LOST',
          });
          up.plain.destroy();
        }
      }
    } finally {
      await program.kill();
    }
  });

  for (const { name, path } of [deno, bun])
    if (path === undefined) it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
});
