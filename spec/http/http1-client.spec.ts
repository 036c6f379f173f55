import { describe, expect, it } from '@jest/globals';
import { clientSettings } from '../../lib/http/client-settings.ts';
import { Http1Client } from '../../lib/http/http1-client.ts';
import type { ConnectOptions } from '../../lib/http/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc';

function make(options: ConnectOptions = {}) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const client = new Http1Client(io, clientSettings({ clock, ...options }, true, false));
  const seen: unknown[] = [];
  client.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  const fetch = (path: string, signal?: AbortSignal): Promise<unknown> =>
    client.fetch(path, signal && { signal }).then(
      (response) => response.text(),
      (error) => error,
    );
  return { client, clock, fetch, io, seen };
}

const lost = expect.objectContaining({ code: 'ERR_CONNECTION_LOST' });
const refused = expect.objectContaining({ code: 'ERR_REFUSED' });

describe('Http1Client', () => {
  it('calls go out one after the other, without those that were given up', async () => {
    const { client, fetch, io } = make();
    const left = new AbortController();
    const calls = [fetch('/a'), fetch('/b', left.signal), fetch('/c')];
    await turns();
    expect(io.text()).toMatch(/^GET \/a /);
    expect(client.stats.streams).toMatchObject([{ id: 1, state: 'half-closed' }]);
    left.abort('enough');
    io.give(OK);
    await turns();
    expect(io.text()).toMatch(/^GET \/c /);
    io.give(OK);
    expect(await Promise.all(calls)).toEqual(['abc', 'enough', 'abc']);
    await turns();
    expect(client.stats.streams).toEqual([]);
    client.abort();
  });

  it('one read stays outstanding while nothing is asked', async () => {
    const { client, fetch, io } = make();
    expect(io.reads).toBe(1);
    const call = fetch('/');
    await turns();
    expect(io.reads).toBe(1);
    io.give(OK);
    await call;
    await turns();
    expect(io.reads).toBe(2);
    client.abort();
  });

  it.each([
    ['the server leaves', null, 'closed'],
    ['the server speaks unasked', 'HTTP/1.1 200', expect.objectContaining({ code: 'ERR_PROTOCOL' })],
    ['the transport fails', new Error('reset'), lost],
  ])('while nothing is asked %s: it ends, and takes no call', async (_, comes, outcome) => {
    const { client, clock, fetch, io, seen } = make();
    if (comes instanceof Error) io.lose(comes);
    else io.give(comes);
    await turns();
    expect([seen, io.aborts.length, clock.pending]).toEqual([[outcome], 1, 0]);
    expect(await fetch('/')).toEqual(refused);
    client.abort();
    await client.close();
    expect([seen.length, io.aborts.length, io.closes]).toEqual([1, 1, comes === null ? 1 : 0]);
  });

  it('a server that wants no more has its rest refused, and is left cleanly', async () => {
    const { fetch, io, seen } = make();
    const calls = [fetch('/a'), fetch('/b')];
    await turns();
    io.give(OK.replace('content', 'connection: close\r\ncontent'));
    expect(await Promise.all(calls)).toEqual(['abc', refused]);
    await turns();
    expect([seen, io.closes]).toEqual([['closed'], 1]);
  });

  it('a loss takes all calls along: that which was sent with it, the others as refused for it', async () => {
    const { client, fetch, io, seen } = make();
    const calls = [fetch('/a'), fetch('/b')];
    await turns();
    io.lose(new Error('reset'));
    const [first, second] = (await Promise.all(calls)) as Error[];
    await turns();
    expect([first, second?.cause, seen]).toEqual([lost, first, [first]]);
    const { length } = io.aborts;
    client.abort('late');
    expect([io.aborts[0], io.aborts.length]).toEqual([first, length]);
  });

  it('a write that fails leaves the response its time', async () => {
    for (const answers of [true, false, undefined]) {
      const { client, clock, fetch, io, seen } = make({ drainTimeout: 100 });
      await turns();
      io.write = () => Promise.reject(new Error('broken pipe'));
      const call = fetch('/');
      await clock.advance(99);
      expect(seen).toEqual([]);
      if (answers) io.give(OK);
      else if (answers === undefined) client.abort('enough');
      else await clock.advance(1);
      expect(await call).toEqual(answers ? 'abc' : answers === undefined ? 'enough' : lost);
      if (answers) await clock.advance(1000);
      expect(clock.pending).toBe(0);
    }
  });

  it('close() takes no call any more, and ends when those that it has are over', async () => {
    const { client, clock, fetch, io, seen } = make();
    const calls = [fetch('/a'), fetch('/b')];
    const closed = client.close();
    expect(await fetch('/c')).toEqual(refused);
    io.give(OK);
    await turns();
    expect([seen, io.closes]).toEqual([[], 0]);
    io.give(OK);
    await closed;
    expect([await Promise.all(calls), seen, io.closes, clock.pending]).toEqual([
      ['abc', 'abc'],
      ['closed'],
      1,
      0,
    ]);
  });

  it('a tunnel has the connection: what waits is refused, and what comes after it', async () => {
    const { client, fetch, io } = make();
    const tunnel = client.tunnel('a.test:1');
    const waiting = fetch('/a');
    await turns();
    io.give('HTTP/1.1 200 OK\r\n\r\n');
    expect(await tunnel).toMatchObject({ status: 200 });
    expect([await waiting, await fetch('/b')]).toEqual([refused, refused]);
    client.abort();
  });

  it('a signal that has aborted before keeps it from reading', async () => {
    const left = new AbortController();
    left.abort('enough');
    const { fetch, io, seen } = make({ signal: left.signal });
    await turns();
    expect([seen, io.aborts, io.reads, await fetch('/')]).toEqual([['enough'], ['enough'], 0, refused]);
  });
});
