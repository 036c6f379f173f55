import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { Http1Exchange } from '../../lib/http/http1-exchange.ts';
import { Http1Wire } from '../../lib/http/http1-wire.ts';
import { type Duplex, type Handler, respond, type ServeOptions, type Transport } from '../../lib/http/mod.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import type { RequestEvent } from '../../lib/http1/events.ts';
import { body, iterate } from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

/** The exchange of a connection that has read this. */
async function make(read: string, handler: Handler, options: ServeOptions = {}, closing = false) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const errors: unknown[] = [];
  const settings = serverSettings({ clock, onError: (error) => errors.push(error), ...options }, true);
  const wire = new Http1Wire(io, 'server', settings, () => {});
  io.give(read);
  await wire.input.fill();
  const [head, ...events] = wire.input.receive();
  const server = { io: io as Transport, wire, settings, handler, closing };
  const exchange = new Http1Exchange(server, head as RequestEvent, events);
  let over = false;
  const run = (): boolean => {
    const done = exchange.run();
    over = !done;
    done?.then(() => (over = true));
    return over;
  };
  return { clock, errors, exchange, io, over: () => over, run, wire };
}

describe('Http1Exchange', () => {
  it('is over once the transport has taken the last of it', async () => {
    const { exchange, io, over, run } = await make(GET, () => respond('abc'));
    io.stuck = true;
    expect([run(), io.writes.length]).toEqual([false, 1]);
    await turns();
    expect(over()).toBe(false);
    io.take();
    await turns();
    expect([over(), exchange.reusable]).toEqual([true, true]);
    expect((await make(GET, () => respond('abc'))).run()).toBe(true);
    const streamed = await make(GET, () => respond(body(['abc', 'd'])));
    streamed.io.stuck = true;
    streamed.run();
    await turns();
    expect([streamed.over(), streamed.io.text().endsWith('3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n')]).toEqual([
      false,
      true,
    ]);
    streamed.io.take();
    await turns();
    expect(streamed.over()).toBe(true);
  });

  it('or when its client leaves meanwhile', async () => {
    const { exchange, io, over, run } = await make(GET, () => respond('abc'));
    io.stuck = true;
    run();
    io.give(null);
    await turns();
    expect([over(), exchange.lost?.reason]).toEqual([
      true,
      expect.objectContaining({ code: 'ERR_CONNECTION_LOST' }),
    ]);
  });

  it.each([
    ['the request is whole', GET, true],
    ['its client wants no other', 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', false],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', false],
    ['little is unread', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n', true],
    ['much is unread', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 11\r\n\r\n', false],
    ['much came', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 11\r\n\r\na', true],
    [
      'nobody said 100',
      'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n',
      false,
    ],
    ['it is refused', 'TRACE / HTTP/1.1\r\nhost: a\r\n\r\n', true],
    ['it is refused, and not to be trusted', 'GET https://a/ HTTP/1.1\r\nhost: a\r\n\r\n', false],
    ['a tunnel is not', 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n', false],
  ])('promises another request, or does not, where %s', async (_, read, reusable) => {
    const { exchange, io, run } = await make(read, () => respond('abc'), { drainLimit: 10 });
    run();
    await turns();
    expect([exchange.reusable, /^connection: close/m.test(io.text())]).toEqual([reusable, !reusable]);
  });

  it('nor does a server that closes, nor one whose client has left', async () => {
    const closing = await make(GET, () => respond('abc'), {}, true);
    closing.run();
    expect(closing.exchange.reusable).toBe(false);
    const left = await make(GET, () => respond('abc'));
    left.io.give(null);
    await left.wire.input.fill();
    left.run();
    expect(left.exchange.reusable).toBe(false);
  });

  it('one read stays outstanding while the response is pending and the request received, so that a loss is seen', async () => {
    const reason: unknown[] = [];
    const waits = await make(GET, (request) => {
      request.signal.addEventListener('abort', () => reason.push(request.signal.reason));
      return new Promise(() => {});
    });
    expect([waits.run(), waits.io.reads]).toEqual([false, 2]);
    waits.io.give(null);
    await turns();
    expect([reason, waits.over()]).toEqual([
      [expect.objectContaining({ code: 'ERR_CONNECTION_LOST' })],
      true,
    ]);
    const unread = await make(
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n',
      () => new Promise(() => {}),
    );
    unread.run();
    expect(unread.io.reads).toBe(1);
  });

  it.each([
    ['the next request', GET, {}, true],
    ['an end that may be half of one', null, { halfClose: true }, true],
    ['the next request, and the end', `${GET}`, {}, true],
    ['a failure', new Error('reset'), { halfClose: true }, false],
  ])('%s: is it a loss?', async (_, comes, options, goesOn) => {
    const answer = deferred<Response>();
    const { exchange, io, over, run } = await make(GET, () => answer.promise, options);
    run();
    if (comes instanceof Error) io.lose(comes);
    else io.give(comes);
    await turns();
    expect([over(), exchange.lost === undefined]).toEqual([!goesOn, goesOn]);
  });

  it('cut off, it does not look finished, and in HTTP/1.0 only a reset says so', async () => {
    for (const version of ['1.1', '1.0']) {
      let n = 0;
      const failure = new Error('broke');
      const source = { pull: () => (n++ === 0 ? new TextEncoder().encode('abc') : Promise.reject(failure)) };
      const read = `GET / HTTP/${version}\r\nhost: a\r\nconnection: keep-alive\r\n\r\n`;
      const { errors, exchange, io, over, run } = await make(read, () => respond(body(source)));
      run();
      await turns();
      expect(io.text()).toMatch(version === '1.1' ? /\r\n\r\n3\r\nabc\r\n$/ : /\r\n\r\nabc$/);
      expect([over(), exchange.reusable, errors]).toEqual([true, false, [failure]]);
      expect(io.aborts).toEqual(version === '1.1' ? [] : [failure]);
    }
  });

  it('drains what is unread, once those who read on have had it', async () => {
    const wait = deferred<void>();
    const read = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\nabc';
    const { clock, exchange, io, run } = await make(read, (request, info) => {
      info.waitUntil(wait.promise);
      request.body?.getReader().read();
      return respond('early');
    });
    expect([run(), exchange.complete]).toEqual([true, false]);
    await turns();
    const { reads } = io;
    const drained = exchange.drain();
    await turns();
    expect([io.reads, clock.pending]).toEqual([reads, 0]);
    wait.resolve();
    await turns();
    io.give('def');
    expect([await drained, exchange.complete, clock.pending]).toEqual([true, true, 1]);
    await clock.advance(100_000);
    expect(clock.pending).toBe(0);
  });

  it('says its fault where the client broke its own body, and no interim response to HTTP/1.0', async () => {
    const read = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n';
    const { io, run } = await make(read, async (request) => respond(await request.text()));
    run();
    await turns();
    expect(io.text()).toMatch(/^HTTP\/1.1 400 /);
    const old = await make('GET / HTTP/1.0\r\n\r\n', (_, info) => {
      info.sendInformational?.(103);
      return respond('abc');
    });
    old.run();
    expect(old.io.text()).toMatch(/^HTTP\/1.1 200 /);
  });

  it('upgraded, it is over when the tunnel is, and answers with what was agreed on', async () => {
    const read = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: chat, other\r\n\r\n';
    const closing = deferred<void>();
    const onUpgrade = async () => async (duplex: Duplex) => {
      for await (const _ of iterate(duplex.readable));
      await closing.promise;
      await duplex.writable.close();
    };
    const { exchange, io, over, run } = await make(read, () => respond('never'), { onUpgrade });
    run();
    await turns();
    expect(io.text()).toMatch(/^HTTP\/1.1 101 [\s\S]*\r\nconnection: upgrade\r\nupgrade: chat\r\n/);
    // What would be a loss of HTTP is not one of the tunnel.
    io.give(null);
    await turns();
    expect([over(), exchange.taken, exchange.lost]).toEqual([false, true, undefined]);
    closing.resolve();
    await turns();
    expect(over()).toBe(true);
  });
});
