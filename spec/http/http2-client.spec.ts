import { describe, expect, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import { Http2Client } from '../../lib/http/http2-client.ts';
import type { ConnectOptions } from '../../lib/http/mod.ts';
import { Http2Connection, type Http2Event, type Http2Options } from '../../lib/http2/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

function make(others: Partial<Http2Options> = {}, options: ConnectOptions = {}) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const client = new Http2Client(io, clientSettings({ clock, ...options }, true, false));
  const peer = new Http2Connection({ role: 'server', ...others });
  const seen: unknown[] = [];
  client.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  /** What the server hears; it answers only where told. */
  const hear = async (): Promise<Http2Event[]> => {
    await turns();
    return peer.receive(io.written());
  };
  const say = async (): Promise<void> => {
    const bytes = concat(peer.take()).slice();
    if (bytes.byteLength > 0) io.give(bytes);
    await turns();
  };
  const requests = async (): Promise<number[]> =>
    (await hear()).flatMap((event) => (event.type === 'request' ? [event.streamId] : []));
  const answer = (...ids: number[]): void => {
    for (const id of ids) peer.sendHeaders(id, [[':status', '204']], true);
  };
  const fetch = (signal?: AbortSignal): Promise<unknown> =>
    client.fetch('/', signal && { signal }).then(
      ({ status }) => status,
      (error) => error,
    );
  return { answer, client, clock, fetch, hear, io, peer, requests, say, seen };
}

const refused = expect.objectContaining({ code: 'ERR_REFUSED' });

describe('Http2Client', () => {
  it('opens a hundred streams before the server has said how many it takes, and no more', async () => {
    const { client, fetch, peer, requests, say } = make({ maxConcurrentStreams: 128 });
    for (let n = 0; n < 130; n++) fetch();
    expect(await requests()).toHaveLength(100);
    peer.initiate();
    await say();
    expect(await requests()).toHaveLength(28);
    client.abort();
  });

  it('what went out before, and was one too many, goes out again; what did after does not', async () => {
    const { answer, client, fetch, hear, peer, requests, say } = make();
    const early = [fetch(), fetch()];
    expect(await requests()).toEqual([1, 3]);
    peer.initiate();
    peer.reset(3, 7);
    await say();
    expect(await requests()).toEqual([5]);
    answer(1, 5);
    await say();
    expect(await Promise.all(early)).toEqual([204, 204]);
    const late = fetch();
    const [id = 0] = await requests();
    peer.reset(id, 7);
    await say();
    expect(await late).toEqual(refused);
    await hear();
    expect(client.stats.streams).toEqual([]);
    client.abort();
  });

  it('waits above the limit of the server, without those that were given up', async () => {
    const { answer, client, fetch, peer, requests, say } = make({ maxConcurrentStreams: 1 });
    peer.initiate();
    await requests();
    await say();
    const left = new AbortController();
    const calls = [fetch(), fetch(left.signal), fetch()];
    expect(await requests()).toEqual([1]);
    left.abort('enough');
    answer(1);
    await say();
    expect(await requests()).toEqual([3]);
    answer(3);
    await say();
    expect(await Promise.all(calls)).toEqual([204, 'enough', 204]);
    client.abort();
  });

  it('a server that leaves has what waits refused, and answers what it has taken', async () => {
    const { answer, fetch, io, peer, requests, say, seen } = make({ maxConcurrentStreams: 1 });
    peer.initiate();
    await requests();
    await say();
    const calls = [fetch(), fetch()];
    await requests();
    peer.goAway();
    peer.settleGoAway();
    await say();
    expect(await calls[1]).toEqual(refused);
    expect(await fetch()).toEqual(refused);
    answer(1);
    await say();
    expect(await calls[0]).toBe(204);
    io.give(null);
    await turns();
    expect([seen, io.closes]).toEqual([['closed'], 1]);
  });

  it('close() ends it when the last call is over', async () => {
    const { answer, client, clock, fetch, io, peer, requests, say, seen } = make({ maxConcurrentStreams: 1 });
    peer.initiate();
    await requests();
    await say();
    const calls = [fetch(), fetch()];
    client.close();
    expect(await fetch()).toEqual(refused);
    await requests();
    answer(1);
    await say();
    expect(await requests()).toEqual([3]);
    answer(3);
    await say();
    expect([await Promise.all(calls), io.closes]).toEqual([[204, 204], 1]);
    io.give(null);
    await turns();
    expect([seen, clock.pending]).toEqual([['closed'], 0]);
  });

  it('or was given up while it waited', async () => {
    const { client, fetch, io, peer, requests, say } = make({ maxConcurrentStreams: 0 });
    peer.initiate();
    await requests();
    await say();
    const left = new AbortController();
    const call = fetch(left.signal);
    client.close();
    await requests();
    expect(io.closes).toBe(0);
    left.abort('enough');
    await turns();
    expect([await call, io.closes]).toEqual(['enough', 1]);
  });

  it('nothing waits that a server refuses after it has left', async () => {
    const { fetch, hear, peer, requests, say } = make();
    const call = fetch();
    await requests();
    peer.initiate();
    peer.goAway();
    await say();
    peer.reset(1, 7);
    await say();
    expect(await call).toEqual(refused);
    expect((await hear()).some(({ type }) => type === 'request')).toBe(false);
  });

  it('a loss takes all calls along: those that were sent with it, the others as refused for it', async () => {
    const { client, clock, fetch, io, peer, requests, say, seen } = make({ maxConcurrentStreams: 1 });
    peer.initiate();
    await requests();
    await say();
    const calls = [fetch(), fetch()];
    await requests();
    client.abort('enough');
    client.abort('again');
    const [first, second] = await Promise.all(calls);
    expect([first, second, (second as Error).cause]).toEqual(['enough', refused, 'enough']);
    expect([seen, io.aborts, clock.pending, await fetch()]).toEqual([['enough'], ['enough'], 0, refused]);
  });

  it('extended CONNECT waits for the server to offer it', async () => {
    const { client, hear, peer, say } = make({ enableConnectProtocol: true });
    client.tunnel('/', { protocol: 'chat' }).catch(() => {});
    const before = await hear();
    expect(before.some(({ type }) => type === 'request')).toBe(false);
    peer.initiate();
    await say();
    expect(await hear()).toContainEqual(expect.objectContaining({ type: 'request', protocol: 'chat' }));
    client.abort();
  });
});
