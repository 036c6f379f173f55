import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { concat } from '../../lib/bytes/concat.ts';
import { Http2Server } from '../../lib/http/http2-server.ts';
import { type Handler, respond, type ServeOptions } from '../../lib/http/mod.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { Http2Connection, type Http2Event } from '../../lib/http2/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

function make(options: ServeOptions = {}, handler: Handler = () => respond('abc')) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const settings = serverSettings({ clock, keepAliveTimeout: 50, headersTimeout: 100, ...options }, true);
  const peer = new Http2Connection({ role: 'client' });
  peer.initiate();
  const server = new Http2Server(io, handler, settings, concat(peer.take()).slice());
  const seen: unknown[] = [];
  server.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  const exchange = async (): Promise<Http2Event[]> => {
    const events: Http2Event[] = [];
    for (let n = 0; n < 4; n++) {
      const bytes = concat(peer.take()).slice();
      if (bytes.byteLength > 0) io.give(bytes);
      await turns();
      events.push(...peer.receive(io.written()));
    }
    return events;
  };
  const ask = (): number =>
    peer.openStream(
      [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':authority', 'a'],
        [':path', '/'],
      ],
      true,
    );
  return { ask, clock, exchange, io, peer, seen, server };
}

const types = (events: readonly Http2Event[]): string[] => events.map(({ type }) => type);

describe('Http2Server', () => {
  it('gives a client headersTimeout for its first stream, and keepAliveTimeout after the last', async () => {
    const silent = make();
    await silent.exchange();
    await silent.clock.advance(99);
    expect(types(await silent.exchange())).toEqual([]);
    await silent.clock.advance(1);
    expect(types(await silent.exchange())).toContain('goaway');
    const { ask, clock, exchange } = make();
    ask();
    await exchange();
    await clock.advance(49);
    expect(types(await exchange())).toEqual([]);
    ask();
    // It begins anew.
    await exchange();
    await clock.advance(49);
    expect(types(await exchange())).toEqual([]);
    await clock.advance(1);
    expect(types(await exchange())).toContain('goaway');
  });

  it('has no time for a stream that is open', async () => {
    const answer = deferred<Response>();
    let n = 0;
    const { ask, clock, exchange, server } = make({}, () => (n++ === 0 ? answer.promise : respond('abc')));
    for (let asked = 0; asked < 2; asked++) ask();
    await exchange();
    await clock.advance(1000);
    expect([types(await exchange()), server.stats.streams.length]).toEqual([[], 1]);
    answer.resolve(respond('abc'));
    expect(types(await exchange())).toContain('data');
    server.abort();
    expect(clock.pending).toBe(0);
  });

  it('refuses streams while too many handlers go on whose streams were reset', async () => {
    const answer = deferred<Response>();
    const { ask, exchange, peer, server } = make({ maxConcurrentStreams: 2 }, () => answer.promise);
    await exchange();
    for (let n = 0; n < 4; n++) {
      const id = ask();
      await exchange();
      peer.reset(id, 8);
      await exchange();
    }
    expect(server.running).toBe(4);
    ask();
    expect(await exchange()).toContainEqual(
      expect.objectContaining({ type: 'reset', errorCode: 7, retry: true }),
    );
    answer.resolve(respond('abc'));
    await exchange();
    expect(server.running).toBe(0);
    ask();
    expect(types(await exchange())).toContain('response');
    server.abort();
  });

  it('answers a GOAWAY, and ends cleanly; nothing is left', async () => {
    const { clock, exchange, io, peer, seen } = make();
    await exchange();
    peer.goAway();
    expect(types(await exchange())).toContain('goaway');
    io.give(null);
    await turns();
    expect([seen, clock.pending, io.aborts]).toEqual([['closed'], 0, ['no reason']]);
  });

  it('close() takes what crosses it and no more; abort() ends it at once, and once', async () => {
    const { ask, clock, exchange, io, seen, server } = make();
    await exchange();
    server.close();
    ask();
    expect(types(await exchange())).toEqual(expect.arrayContaining(['goaway', 'response']));
    server.abort('enough');
    server.abort('again');
    await turns();
    expect([seen, io.aborts, clock.pending]).toEqual([['enough'], ['enough'], 0]);
  });
});
