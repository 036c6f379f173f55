import { describe, expect, it } from '@jest/globals';
import { respond } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';
import { rest } from '../helpers/raw-http2.ts';

const { both } = ends();
const STALLED = 100;
const TOTAL = 8 * 1024 * 1024;
const WINDOW = 65_536;

const slow = () => countingSource({ chunkBytes: 16_384 });
/** Lets the event loop turn now and then, as bytes from a network would. */
const fast = () => body(countingSource({ chunkBytes: 65_536, totalBytes: TOTAL, async: true }));

describe('100 stalled streams and a fast one', () => {
  it('of downloads: the fast one is whole, and the client holds its windows and no more', async () => {
    const sources: ReturnType<typeof slow>[] = [];
    const { client, server } = both((request) => {
      if (new URL(request.url).pathname === '/fast') return respond(fast());
      const source = slow();
      sources.push(source);
      return respond(body(source));
    });
    const stalled = await Promise.all(Array.from({ length: STALLED }, () => client.fetch('/slow')));
    const before = await (await client.fetch('/fast')).arrayBuffer();
    expect(before.byteLength).toBe(TOTAL);
    expect((await (await client.fetch('/fast')).arrayBuffer()).byteLength).toBe(TOTAL);
    await rest();
    const { unread = 0, receiveWindow = 0, budget, streams } = client.stats;
    expect(unread).toBeLessThanOrEqual(STALLED * WINDOW);
    expect(unread).toBeGreaterThan(0);
    expect(unread + receiveWindow).toBeLessThanOrEqual(budget);
    expect(streams).toHaveLength(STALLED);
    for (const source of sources) expect(source.bytes).toBeLessThanOrEqual(WINDOW + 16_384);
    expect(server.stats.streams).toHaveLength(STALLED);
    for (const response of stalled) await response.body?.cancel();
    await rest();
    expect(client.stats.unread).toBe(0);
    for (const source of sources) expect(source.cancelled).toBeDefined();
  });

  it('of uploads: the fast one is whole, and the server holds its windows and no more', async () => {
    const { client, server } = both(async (request) => {
      if (new URL(request.url).pathname !== '/fast') return new Promise(() => {});
      return respond(String((await bytes(bodyOf(request))).byteLength));
    });
    const sources = Array.from({ length: STALLED }, slow);
    for (const source of sources) client.fetch('/slow', { method: 'POST', body: source }).catch(() => {});
    for (let i = 0; i < 2; i++) {
      const response = await client.fetch('/fast', { method: 'POST', body: fast() });
      expect(await response.text()).toBe(String(TOTAL));
    }
    await rest();
    const { unread = 0, receiveWindow = 0, budget } = server.stats;
    expect(unread).toBeLessThanOrEqual(STALLED * WINDOW);
    expect(unread + receiveWindow).toBeLessThanOrEqual(budget);
    for (const source of sources) expect(source.bytes).toBeLessThanOrEqual(WINDOW + 16_384);
  });

  it('take turns: a short body is not behind a long one', async () => {
    const order: string[] = [];
    const { client } = both((request) =>
      new URL(request.url).pathname === '/long' ? respond(fast()) : respond(new Uint8Array(100_000)),
    );
    const read = async (path: string): Promise<void> => {
      await (await client.fetch(path)).arrayBuffer();
      order.push(path);
    };
    await Promise.all([read('/long'), read('/short')]);
    expect(order).toEqual(['/short', '/long']);
  });

  it('of the more urgent one first', async () => {
    const order: string[] = [];
    const { client } = both((request) =>
      respond(new Uint8Array(new URL(request.url).pathname.length * 200_000)),
    );
    const read = async (path: string, priority: string): Promise<void> => {
      await (await client.fetch(path, { headers: { priority } })).arrayBuffer();
      order.push(path);
    };
    await Promise.all([read('/a', 'u=6'), read('/b', 'u=1')]);
    expect(order).toEqual(['/b', '/a']);
  });
});
