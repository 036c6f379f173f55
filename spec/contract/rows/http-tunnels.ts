import type { Tunnel } from '../../../lib/http/mod.ts';
import type { Row } from '../contract.ts';
import { check, counted, deferred, readAll, watched } from './helpers.ts';

const size = 300_000;
/** Each protocol has both: an upgrade (RFC 9110 section 7.8, RFC 8441) and a CONNECT. */
const targets = [
  ['/chat', { protocol: 'echo' }],
  ['a.test:443', {}],
] as const;

function opened(given: Tunnel | Response): Tunnel {
  if ('start' in given || !('duplex' in given) || typeof given.duplex !== 'object')
    throw new Error(`refused with ${given.status}`);
  return given;
}

/** What HTTP hands over: a connection, or a stream of one, as a duplex. */
export const httpTunnelRows: readonly Row[] = [
  {
    name: 'a tunnel carries every byte both ways, and each way ends by itself',
    uses: ['wire'],
    async run({ sluice, testing, http, open, wire, equal }) {
      const take =
        () =>
        async ({ readable, writable }: Tunnel['duplex']) => {
          const bytes = await check(readable.getReader());
          const writer = writable.getWriter();
          // The client has ended its way, and hears on the other.
          await writer.write(new TextEncoder().encode(`${bytes} bytes`));
          await writer.close();
        };
      for (const [target, init] of targets) {
        const { client } = await open(() => http.respond('no'), {
          serve: { onConnect: take, onUpgrade: take },
        });
        const { status, duplex } = opened(await client.tunnel(target, init));
        equal(status, wire.protocol === 'http/1.1' && target === '/chat' ? 101 : 200);
        const source = testing.countingSource({ chunkBytes: 7000, totalBytes: size });
        await sluice.body(source).pipeTo(duplex.writable);
        equal((await sluice.collect(duplex.readable)).text(), `${size} bytes`);
      }
    },
  },
  {
    name: 'a tunnel gives what the server says first, and ends with it',
    uses: ['wire'],
    async run({ sluice, testing, http, open, equal }) {
      const take =
        () =>
        ({ writable }: Tunnel['duplex']) =>
          sluice.body(testing.countingSource({ chunkBytes: 9000, totalBytes: size })).pipeTo(writable);
      for (const [target, init] of targets) {
        const { client } = await open(() => http.respond('no'), {
          serve: { onConnect: take, onUpgrade: take },
        });
        const { duplex } = opened(await client.tunnel(target, init));
        equal(await check(duplex.readable.getReader()), size);
        await duplex.writable.getWriter().close();
      }
    },
  },
  {
    name: 'a tunnel that is refused is a response, and so is one that nobody takes',
    uses: ['wire'],
    async run({ http, open, wire, equal }) {
      const refuse = (): Response => http.respond('go away', { status: 403 });
      const { client } = await open(() => http.respond('plain'), {
        serve: { onConnect: refuse, onUpgrade: refuse },
      });
      for (const [target, init] of targets) {
        const given = (await client.tunnel(target, init)) as Response;
        equal([given.status, await given.text()], [403, 'go away']);
        // RFC 9931: a refused CONNECT ends a connection of HTTP/1.1.
        if (target === 'a.test:443' && wire.protocol === 'http/1.1') break;
        equal(await (await client.fetch('/')).text(), 'plain', 'the next response');
      }
      const other = await open(() => http.respond('plain'));
      equal((await other.client.tunnel('a.test:443')).status, 501);
      if (wire.protocol !== 'http/1.1') return;
      const ignored = await open(() => http.respond('plain'));
      equal(await ((await ignored.client.tunnel(...targets[0])) as Response).text(), 'plain');
    },
  },
  {
    name: 'a tunnel that breaks never looks finished, and what is written into it is stopped',
    uses: ['wire'],
    async run({ sluice, http, open, equal, rejection }) {
      for (const [target, init] of targets) {
        const { promise: seen, resolve } = deferred<{ bytes: number; error?: unknown }>();
        const take =
          () =>
          async ({ readable }: Tunnel['duplex']) =>
            resolve(await readAll(readable.getReader()));
        const { client } = await open(() => http.respond('no'), {
          serve: { onConnect: take, onUpgrade: take },
        });
        const { duplex } = opened(await client.tunnel(target, init));
        const writer = duplex.writable.getWriter();
        await writer.write(new Uint8Array(10));
        const reading = readAll(duplex.readable.getReader());
        await writer.abort(new Error('left'));
        const { error } = await seen;
        equal(error !== undefined, true, 'what the server sees is an error');
        equal((await reading).error !== undefined, true, 'what the client reads is an error');
      }
      for (const [target, init] of targets) {
        const from = counted(1000, 5000);
        const source = watched(from);
        const sent = deferred<{ readonly all: Promise<void> }>();
        const take =
          () =>
          ({ writable }: Tunnel['duplex']) => {
            const all = sluice.body(source).pipeTo(writable);
            all.catch(() => {});
            sent.resolve({ all });
            return all;
          };
        const serve = { onConnect: take, onUpgrade: take, onError: () => {} };
        const { client } = await open(() => http.respond('no'), { serve });
        const { duplex } = opened(await client.tunnel(target, init));
        await duplex.readable.getReader().read();
        client.abort(new Error('left'));
        equal((await source.cancelled) !== undefined, true, 'the source is cancelled with a reason');
        equal(from.reasons.length, 1, 'cancels');
        await rejection((await sent.promise).all);
      }
    },
  },
  {
    name: 'a tunnel that nobody reads takes no more than it may',
    uses: ['wire'],
    async run({ sluice, http, open, wire, settle, equal }) {
      for (const [target, init] of targets) {
        const from = counted(1000, 5000, 'silence');
        const take =
          () =>
          ({ writable }: Tunnel['duplex']) =>
            sluice.body(watched(from)).pipeTo(writable);
        const serve = { onConnect: take, onUpgrade: take, onError: () => {} };
        const { client } = await open(() => http.respond('no'), { serve });
        const { duplex } = opened(await client.tunnel(target, init));
        // The operating system's buffers are no one's to count.
        if (wire.sockets) return;
        for (let turn = 0; turn < 20; turn++) await settle();
        equal(from.bytes <= 65_536 + 2 * 16_384 + 2000, true, `${from.bytes} bytes for nobody`);
        await duplex.readable.cancel('enough');
        // Only HTTP/2 can tell the peer of one way that is over.
        if (wire.protocol === 'http/1.1') await duplex.writable.getWriter().close();
        for (let turn = 0; turn < 50 && from.reasons.length === 0; turn++) await settle();
        equal(from.reasons.length, 1, 'cancels');
      }
    },
  },
];
