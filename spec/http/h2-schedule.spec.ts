import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Handler, openConnection, respond, serveConnection, trailersOf } from '../../lib/http/mod.ts';
import { type BodySource, body } from '../../lib/mod.ts';
import { duplexPair } from '../../lib/testing/mod.ts';
import { turns } from './raw-peer.ts';

const KINDS = ['short', 'long', 'late', 'trailers', 'broken', 'stuck', 'endless'] as const;
const ANSWERS = ['early', 'echo', 'read', 'half', 'throw', 'hang', 'empty', 'own'] as const;
const READS = ['all', 'cancel', 'part', 'abort', 'leave'] as const;
const ENDS = ['none', 'client.close', 'server.close', 'client.abort', 'server.abort'] as const;

const exchange = fc.record({
  upload: fc.constantFrom(undefined, ...KINDS),
  answer: fc.constantFrom(...ANSWERS),
  download: fc.constantFrom(...KINDS),
  read: fc.constantFrom(...READS),
  wait: fc.nat(6),
});
type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

const settings = fc.record({
  highWaterMark: fc.constantFrom(300, 5000, 65_536),
  maxConcurrentStreams: fc.constantFrom(1, 3, 128),
  adaptiveWindow: fc.boolean(),
});

/** Sources that are neither at their end nor cancelled. */
class Sources {
  readonly live = new Set<string>();

  make(kind: (typeof KINDS)[number], name: string): BodySource {
    let left = kind === 'long' ? 5 : 2;
    const over = (): void => void this.live.delete(name);
    this.live.add(name);
    return {
      async pull() {
        if (kind === 'late' || kind === 'endless') await turns(1);
        if (kind === 'stuck' && left === 1) return new Promise<null>(() => {});
        if (left-- > 0 || kind === 'endless') return new Uint8Array(kind === 'long' ? 20_000 : 700);
        over();
        if (kind === 'broken') throw new Error('broken');
        return null;
      },
      cancel: over,
      ...(kind === 'trailers' && { trailers: () => new Headers({ 'x-a': '1' }) }),
    };
  }
}

async function consume(response: Response, read: Exchange['read'], abort: () => void): Promise<void> {
  const reader = response.body?.getReader();
  if (read === 'part' || read === 'abort') await reader?.read();
  if (read === 'abort') abort();
  if (read === 'cancel' || read === 'part') await reader?.cancel('enough');
  if (read === 'all') while (reader && !(await reader.read()).done);
  if (read === 'all') await trailersOf(response);
}

describe('exchanges in any order, ended in any way', () => {
  it('leave nothing behind: no call, no stream, no source, no byte', async () => {
    const property = fc.asyncProperty(
      fc.array(exchange, { minLength: 1, maxLength: 12 }),
      settings,
      settings,
      fc.constantFrom(...ENDS),
      fc.constantFrom(0, 100, 65_536),
      async (exchanges, serve, open, end, highWaterMark) => {
        const [there, here] = duplexPair({ highWaterMark });
        const sources = new Sources();
        const pending = new Set<string>();
        const handler: Handler = async (request, info) => {
          const { pathname } = new URL(request.url);
          const { answer, download } = exchanges[Number(pathname.slice(1))] as Exchange;
          const settled = (): void => void pending.delete(`completed ${pathname}`);
          pending.add(`completed ${pathname}`);
          info.completed.then(settled, settled);
          if (answer === 'early') return respond('early');
          if (answer === 'echo') return respond(request.body);
          if (answer === 'throw') throw new Error('no');
          if (answer === 'empty') return respond(null, { status: 204 });
          if (answer === 'read') await request.arrayBuffer();
          if (answer === 'half') await request.body?.getReader().read();
          if (answer === 'hang')
            await new Promise((_, reject) => {
              request.signal.addEventListener('abort', () => reject(request.signal.reason));
            });
          return respond(body(sources.make(download, `response ${pathname}`)));
        };
        const server = serveConnection(there, handler, { protocol: 'h2', ...serve });
        const client = openConnection(here, { protocol: 'h2', ...open });
        const controllers: AbortController[] = [];
        const left: Response[] = [];
        for (const [i, { upload, read, wait }] of exchanges.entries()) {
          const controller = new AbortController();
          controllers.push(controller);
          pending.add(`fetch /${i}`);
          const sent = upload && { method: 'POST', body: sources.make(upload, `request /${i}`) };
          client
            .fetch(`/${i}`, { ...sent, signal: controller.signal })
            .then((response) => {
              if (read === 'leave') return void left.push(response);
              return consume(response, read, () => controller.abort('aborted'));
            })
            .catch(() => {})
            .then(() => pending.delete(`fetch /${i}`));
          await turns(wait);
        }
        if (end === 'client.close') client.close();
        else if (end === 'server.close') server.close();
        else if (end === 'client.abort') client.abort('end');
        else if (end === 'server.abort') server.abort('end');
        await turns(20);
        for (const controller of controllers) controller.abort('over');
        for (const response of left) response.body?.cancel('over').catch(() => {});
        await turns(40);
        expect([...pending, ...sources.live]).toEqual([]);
        for (const { stats } of [client, server]) expect(stats.streams).toEqual([]);
        if (end === 'none') for (const { stats } of [client, server]) expect(stats.unread).toBe(0);
        client.abort();
        server.abort();
        await turns(2);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  }, 60_000);
});
