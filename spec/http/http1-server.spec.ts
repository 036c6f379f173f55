import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { Http1Server } from '../../lib/http/http1-server.ts';
import { type Handler, respond, type ServeOptions } from '../../lib/http/mod.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { body } from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

function make(options: ServeOptions = {}, handler: Handler = () => respond('abc'), first?: string) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const settings = serverSettings({ clock, keepAliveTimeout: 50, headersTimeout: 100, ...options }, true);
  const server = new Http1Server(io, handler, settings, first ? new TextEncoder().encode(first) : undefined);
  const seen: unknown[] = [];
  server.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  return { clock, io, seen, server };
}

const lost = expect.objectContaining({ code: 'ERR_CONNECTION_LOST' });

describe('Http1Server', () => {
  it('what was read already comes first', async () => {
    const { io, server } = make({}, undefined, GET);
    await turns();
    expect([io.text().slice(0, 12), io.reads, server.stats.bytesRead]).toEqual([
      'HTTP/1.1 200',
      1,
      GET.length,
    ]);
    server.abort();
  });

  it.each([
    ['before a request', '', 'closed'],
    ['between two', GET, 'closed'],
    ['after empty lines', '\r\n', 'closed'],
    ['in a head', `${GET}GET /`, lost],
    ['in a body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc', lost],
  ])('a failure %s is a loss, or not', async (_, came, outcome) => {
    const { clock, io, seen, server } = make({}, async (request) => respond(await request.text()));
    if (came) io.give(came);
    await turns();
    io.lose(new Error('reset'));
    await turns();
    expect([seen, clock.pending, server.stats.streams]).toEqual([[outcome], 0, []]);
    expect(io.aborts).toHaveLength(1);
  });

  it('waits for a first request as for a head, for another for keepAliveTimeout, and once for each', async () => {
    const first = make();
    await first.clock.advance(99);
    expect(first.io.closes).toBe(0);
    await first.clock.advance(1);
    expect([first.io.closes, first.io.text()]).toEqual([1, '']);
    const next = make();
    next.io.give(GET);
    await next.clock.advance(49);
    expect(next.io.closes).toBe(0);
    await next.clock.advance(1);
    expect(next.io.closes).toBe(1);
    const slow = make();
    for (const piece of ['GET ', '/ HTTP/1.1\r\n', 'host']) {
      slow.io.give(piece);
      await slow.clock.advance(30);
    }
    // A head that comes in pieces has no longer.
    expect(slow.io.text()).toBe('');
    await slow.clock.advance(10);
    expect(slow.io.text()).toMatch(/^HTTP\/1.1 408 /);
  });

  it('goes on dropping for a while after it has half-closed, and no longer than the client sends', async () => {
    for (const leaves of [true, false]) {
      const { clock, io, seen, server } = make({ drainTimeout: 100 });
      io.give('GET / HTTP/1.1\r\n\r\n');
      await turns();
      expect([io.text().slice(0, 12), io.closes, seen]).toEqual(['HTTP/1.1 400', 1, []]);
      for (let n = 0; n < 5; n++) io.give('x'.repeat(1000));
      await turns(8);
      expect([server.stats.unread, seen]).toEqual([0, []]);
      if (leaves) io.give(null);
      else await clock.advance(100);
      await turns();
      expect([seen, io.aborts, clock.pending]).toEqual([['closed'], ['no reason'], 0]);
    }
  });

  it('close() ends it at once between requests, and else after the one that has begun', async () => {
    const idle = make();
    idle.io.give(GET);
    await turns();
    idle.io.text();
    const closed = idle.server.close();
    idle.io.give(null);
    await closed;
    expect([idle.seen, idle.io.closes, idle.io.text()]).toEqual([['closed'], 1, '']);
    const { io, seen, server } = make();
    io.give('GET / HT');
    await turns();
    server.close();
    server.close();
    await turns();
    expect([io.closes, io.text()]).toEqual([0, '']);
    io.give('TP/1.1\r\nhost: a\r\n\r\n', null);
    await turns();
    expect([io.text(), seen]).toEqual([expect.stringMatching(/\r\nconnection: close\r\n/), ['closed']]);
  });

  it('close() also counts where the head has promised another request', async () => {
    const last = deferred<null>();
    let n = 0;
    const source = { pull: () => (n++ === 0 ? new Uint8Array(3) : last.promise) };
    const { io, seen, server } = make({}, () => respond(body(source)));
    io.give(GET + GET);
    await turns();
    server.close();
    last.resolve(null);
    await turns();
    io.give(null);
    await turns();
    const text = io.text();
    expect([text.includes('connection: close'), text.match(/HTTP\/1/g)?.length]).toEqual([false, 1]);
    expect([io.closes, seen]).toEqual([1, ['closed']]);
  });

  it('once all is answered, a loss is none', async () => {
    const { io, seen } = make();
    io.give(GET.replace('host', 'connection: close\r\nhost'));
    await turns();
    expect([io.closes, seen]).toEqual([1, []]);
    io.tell(new Error('reset'));
    await turns();
    expect(seen).toEqual(['closed']);
  });

  it('is aborted once, with its reason, and so is what is under way', async () => {
    const { clock, io, seen, server } = make({}, (request) => {
      void request.signal;
      return new Promise(() => {});
    });
    io.give(GET);
    await turns();
    expect(server.stats.streams).toMatchObject([{ id: 1, state: 'half-closed' }]);
    server.abort('enough');
    server.abort('again');
    await turns();
    expect([seen, io.aborts, clock.pending]).toEqual([['enough'], ['enough'], 0]);
  });

  it('a write that fails is a loss, also where nothing else tells', async () => {
    const { io, seen } = make({ writeTimeout: 10 });
    io.stuck = true;
    io.give(GET);
    await turns();
    io.lose(new Error('broken pipe'));
    await turns();
    expect([seen, io.aborts.length]).toEqual([[lost], 1]);
  });
});
