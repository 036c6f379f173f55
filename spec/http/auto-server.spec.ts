import { describe, expect, it } from '@jest/globals';
import { AutoServer } from '../../lib/http/auto-server.ts';
import { type Handler, respond, type ServeOptions } from '../../lib/http/mod.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

function make(options: ServeOptions = {}, handler: Handler = () => respond('abc')) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const server = new AutoServer(io, handler, serverSettings({ clock, ...options }, true));
  const seen: unknown[] = [];
  server.protocol.then(
    (protocol) => seen.push(protocol),
    (error) => seen.push(error),
  );
  server.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(['lost', error]),
  );
  return { clock, io, seen, server };
}

describe('AutoServer', () => {
  it.each(Array.from(PREFACE, (_, at) => at))(
    'what differs from the preface at %d is HTTP/1.1',
    async (at) => {
      const { io, seen, server } = make();
      const other = `${PREFACE.slice(0, at)}\0`;
      for (const byte of other) io.give(byte);
      await turns(8);
      expect([seen[0], server.stats.bytesRead]).toEqual(['http/1.1', other.length]);
      expect(io.text()).toMatch(/^HTTP\/1.1 \d/);
      server.abort();
    },
  );

  it('the preface is HTTP/2, whole or byte by byte, and nothing of it or behind it is lost', async () => {
    // An empty SETTINGS.
    const wire = `${PREFACE}\0\0\0\x04\0\0\0\0\0`;
    for (const pieces of [[wire], [...wire], [wire.slice(0, 24), wire.slice(24)]]) {
      const { io, seen, server } = make();
      io.give(...pieces);
      await turns(8);
      expect([seen, server.stats.bytesRead]).toEqual([['h2'], 33]);
      // SETTINGS, WINDOW_UPDATE, and the acknowledgement.
      expect(io.text().endsWith('\0\0\0\x04\x01\0\0\0\0')).toBe(true);
      server.abort();
    }
  });

  it('counts what it has read as unread until it knows', async () => {
    const { io, server } = make();
    expect(server.stats).toMatchObject({ bytesRead: 0, unread: 0, streams: [] });
    io.give('PRI * ');
    await turns();
    expect(server.stats).toMatchObject({ bytesRead: 6, unread: 6 });
    server.abort();
  });

  it.each([
    ['an end before anything', (io: ManualTransport) => io.give(null), 'closed', ['no reason']],
    ['a failure', (io: ManualTransport) => io.lose(new Error('reset')), 'lost', [expect.anything()]],
    [
      'a failure that is only told',
      (io: ManualTransport) => io.tell(new Error('reset')),
      'lost',
      [expect.anything()],
    ],
  ])('%s ends it once, and leaves no timer', async (_, happens, how, aborts) => {
    const { clock, io, seen, server } = make();
    expect(clock.pending).toBe(1);
    happens(io);
    await turns();
    const error = how === 'lost' ? 'ERR_CONNECTION_LOST' : 'ERR_CLOSED';
    expect(seen[0]).toMatchObject({ code: error });
    expect(seen[1]).toEqual(how === 'lost' ? ['lost', seen[0]] : 'closed');
    expect([io.aborts, clock.pending]).toEqual([aborts, 0]);
    server.abort('late');
    await server.close();
    expect([seen.length, io.aborts.length]).toEqual([2, 1]);
  });

  it('an end within the preface is that of a request', async () => {
    const { io, seen } = make();
    io.give('PRI', null);
    await turns();
    expect(seen[0]).toBe('http/1.1');
  });

  it('one that says nothing has its time, and no more; it may be closed or aborted before', async () => {
    const silent = make({ headersTimeout: 100 });
    await silent.clock.advance(99);
    expect(silent.seen).toEqual([]);
    await silent.clock.advance(1);
    expect([silent.seen[1], silent.io.aborts]).toEqual(['closed', ['no reason']]);
    const closed = make();
    await closed.server.close();
    await turns();
    expect([closed.seen[1], closed.clock.pending]).toEqual(['closed', 0]);
    const aborted = make();
    aborted.server.abort('enough');
    await turns();
    expect([aborted.seen, aborted.io.aborts]).toEqual([['enough', ['lost', 'enough']], ['enough']]);
    // What has come chooses nothing any more.
    let handled = 0;
    const late = make({}, () => respond(String(handled++)));
    await turns();
    late.io.give('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    late.server.abort('enough');
    await turns();
    expect([late.seen, late.clock.pending, handled]).toEqual([['enough', ['lost', 'enough']], 0, 0]);
  });

  it('once it knows, the other answers: stats, close, abort and the signal', async () => {
    const left = new AbortController();
    const { clock, io, seen } = make({ signal: left.signal });
    io.give('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await turns();
    expect(io.text()).toMatch(/\r\n\r\nabc$/);
    left.abort('enough');
    await turns();
    expect([seen, io.aborts, clock.pending]).toEqual([['http/1.1', ['lost', 'enough']], ['enough'], 0]);
    const gone = new AbortController();
    gone.abort('before');
    const never = make({ signal: gone.signal });
    await turns();
    expect([never.io.reads, never.seen, never.clock.pending]).toEqual([0, ['before', ['lost', 'before']], 0]);
  });
});
