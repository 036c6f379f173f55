import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, fromSocket, type RunningServer, serve } from '../../adapters/node/mod.ts';
import { respond, serveConnection } from '../../lib/http/mod.ts';
import { bundleProgram } from '../helpers/bundle.ts';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { startProgram } from '../helpers/programs.ts';
import { bun, deno, workerd } from '../helpers/runtimes.ts';
import { serveWorker } from '../helpers/workerd.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const key = readFileSync(here('../fixtures/localhost.key.pem'), 'utf8');
const cert = readFileSync(here('../fixtures/localhost.cert.pem'), 'utf8');
const ca = readFileSync(here('../fixtures/ca.cert.pem'), 'utf8');

describe('TLS', () => {
  let installed: Installed;
  let server: RunningServer;
  let plain: Server;
  let url: string;

  beforeAll(async () => {
    installed = await installPacked();
    server = await serve((_request, info) => respond(`encrypted: ${info.encrypted}`), {
      hostname: '127.0.0.1',
      tls: { key, cert },
    });
    url = `https://127.0.0.1:${server.port}`;
    // Greets in plain text, and begins TLS when it is asked to.
    plain = createServer(async (socket: Socket) => {
      socket.write('ready\n');
      await once(socket, 'data');
      socket.write('go ahead\n');
      const encrypted = new TLSSocket(socket, { isServer: true, key, cert });
      encrypted.on('error', () => {});
      serveConnection(fromSocket(encrypted), () => respond('after STARTTLS'));
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
  }, 60_000);
  afterAll(async () => {
    server?.abort();
    plain?.close();
    installed?.remove();
  });

  it.each([deno, bun].filter(({ path }) => path !== undefined))(
    '$name serves and connects, and trusts no one by itself',
    async (runtime) => {
      const file = await bundleProgram(
        installed.folder,
        here(`tls-${runtime.name}.ts`),
        runtime.name,
        'process',
      );
      const program = await startProgram(runtime, file, installed.folder, [key, cert, url, ca]);
      try {
        // Begins no TLS: it goes when the server does.
        const silent = connectTcp(Number(program.ready['port']), '127.0.0.1')
          .on('error', () => {})
          .resume();
        const gone = new Promise((resolve) => silent.once('close', resolve));
        await once(silent, 'connect');
        const connection = await connect(`https://127.0.0.1:${program.ready['port']}`, { ca });
        expect(await (await connection.fetch('/')).text()).toBe('encrypted: true');
        await connection.close();
        expect(await program.line()).toEqual({
          refused: 'refused',
          text: 'encrypted: true',
          protocol: 'h2',
          ...(runtime.name === 'deno' && { noDelay: true }),
        });
        expect(await program.line()).toBe('closed');
        await gone;
      } finally {
        await program.kill();
      }
    },
  );

  if (workerd.path !== undefined)
    it('workerd connects, at once and after STARTTLS', async () => {
      const file = await bundleProgram(installed.folder, here('tls-workerd.ts'), 'workerd', 'web');
      const worker = await serveWorker(file, [], ca);
      try {
        const { port } = plain.address() as AddressInfo;
        const query = new URLSearchParams({ url, plain: `https://127.0.0.1:${port}` });
        const response = await fetch(`${worker.url}/?${query}`);
        expect({ body: await response.text(), errors: worker.errors() }).toEqual({
          body: JSON.stringify({ text: 'encrypted: true', greeting: 'ready\n', started: 'after STARTTLS' }),
          errors: '',
        });
      } finally {
        await worker.stop();
      }
    });

  for (const { name, path } of [deno, bun, workerd])
    if (path === undefined) it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
});
