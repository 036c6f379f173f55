// Opens and ends thousands of connections in every way there is, and prints what is left. Run with --expose-gc: child.mjs <protocol> <connections>
import { getEventListeners } from 'node:events';
import {
  type ClientConnection,
  openConnection,
  respond,
  type ServerConnection,
  serveConnection,
} from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource, duplexPair } from '../../lib/testing/mod.ts';

const protocol = process.argv[2] === 'h2' ? 'h2' : 'http/1.1';
const connections = Number(process.argv[3]);
const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));

const ignore = (): void => {};
const broke = new Error('broke');
// One signal for all, as a server that shuts down has it.
const { signal } = new AbortController();

interface Ends {
  readonly server: ServerConnection;
  readonly client: ClientConnection;
}

const endless = () => body(countingSource({ chunkBytes: 100, async: true }));
const failing = () => body({ pull: () => Promise.reject(broke) });

/** What the handler does for a path. */
const handlers: Record<string, (request: Request) => Response | Promise<Response>> = {
  '/hello': () => respond('hello'),
  '/echo': (request) => respond(request.body ?? ''),
  '/endless': () => respond(endless()),
  '/fails': () => respond(failing()),
  '/throws': () => {
    throw broke;
  },
  '/never': (request) => {
    request.signal.addEventListener('abort', ignore);
    return new Promise(ignore);
  },
  '/unread': () => respond('early'),
};

/** Each uses and ends one connection in its own way. */
const ways: ((ends: Ends) => Promise<unknown>)[] = [
  async ({ client }) => {
    for (let i = 0; i < 3; i++) await (await client.fetch('/hello')).text();
    await client.close();
  },
  async ({ client }) => {
    await (await client.fetch('/echo', { method: 'POST', body: 'x'.repeat(1000), signal })).text();
    await client.close();
  },
  async ({ client, server }) => {
    await (await client.fetch('/hello', { method: 'HEAD' })).text();
    await Promise.all([server.close(), client.close()]);
  },
  async ({ client }) => {
    const response = await client.fetch('/endless');
    await response.body?.cancel('enough');
    await client.close();
  },
  async ({ client }) => {
    const reader = (await client.fetch('/endless')).body?.getReader();
    await reader?.read();
    client.abort(broke);
    await reader?.read().catch(ignore);
  },
  async ({ client, server }) => {
    const reader = (await client.fetch('/endless')).body?.getReader();
    await reader?.read();
    server.abort(broke);
    await reader?.read().catch(ignore);
    client.abort(broke);
  },
  async ({ client }) => {
    await (await client.fetch('/fails')).text().catch(ignore);
    client.abort(broke);
  },
  async ({ client }) => {
    await (await client.fetch('/throws')).text();
    await client.close();
  },
  async ({ client }) => {
    const controller = new AbortController();
    const call = client.fetch('/never', { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(broke);
    await call.catch(ignore);
    client.abort(broke);
  },
  async ({ client }) => {
    const call = client.fetch('/never');
    await new Promise((resolve) => setImmediate(resolve));
    client.abort(broke);
    await call.catch(ignore);
  },
  async ({ client }) => {
    await (await client.fetch('/unread', { method: 'POST', body: endless() })).text().catch(ignore);
    client.abort(broke);
  },
  async ({ client }) => {
    await client.fetch('/echo', { method: 'POST', body: failing() }).catch(ignore);
    client.abort(broke);
  },
  // Never used, and nobody waits for anything.
  async ({ client, server }) => {
    client.abort(broke);
    server.abort(broke);
  },
];

const heap: number[] = [];
let sources = 0;
for (let n = 1; n <= connections; n++) {
  const [there, here] = duplexPair();
  const server = serveConnection(
    there,
    (request) => {
      sources++;
      return handlers[new URL(request.url).pathname]?.(request) ?? respond('', { status: 404 });
    },
    { protocol, signal, drainTimeout: 10 },
  );
  const client = openConnection(here, { protocol, signal, drainTimeout: 10 });
  await ways[n % ways.length]?.({ server, client });
  await Promise.all([server.closed.catch(ignore), client.closed.catch(ignore)]);
  if (n % (connections / 2) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed);
  }
}
const timers = process.getActiveResourcesInfo().filter((kind) => /Timeout|Immediate/.test(kind)).length;
const listeners = getEventListeners(signal, 'abort').length;
console.log(JSON.stringify({ heap, listeners, timers, unhandled, served: sources > connections / 2 }));
