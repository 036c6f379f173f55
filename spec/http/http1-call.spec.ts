import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { type ClientSettings, clientSettings } from '../../lib/http/client-settings.ts';
import { Http1Call } from '../../lib/http/http1-call.ts';
import { Http1Wire } from '../../lib/http/http1-wire.ts';
import type { ConnectOptions, FetchInit } from '../../lib/http/mod.ts';
import { outgoingRequest } from '../../lib/http/outgoing-request.ts';
import { outgoingTunnel } from '../../lib/http/outgoing-tunnel.ts';
import { body } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

function make(init: FetchInit = {}, options: ConnectOptions = {}, target?: string) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const settings = clientSettings({ clock, ...options }, true, false);
  const wire = new Http1Wire<ClientSettings>(io, 'client', settings, () => {});
  const request = target
    ? outgoingTunnel(target, {}, settings.origin, globalThis)
    : outgoingRequest('/', init, settings.origin, globalThis);
  const call = new Http1Call(wire, request);
  const seen: unknown[] = [];
  const outcome = call.response.then(
    (response) => response as Response,
    (error) => error,
  );
  const run = (): void => void call.run().then(() => seen.push('over', call.reusable));
  return { call, clock, io, outcome, run, seen, wire };
}

const OK = 'HTTP/1.1 200 OK\r\n';
const post = (source: ReturnType<typeof countingSource>, more: FetchInit = {}): FetchInit => ({
  method: 'POST',
  body: body(source),
  ...more,
});

describe('Http1Call', () => {
  it.each([
    ['that ends', `${OK}content-length: 3\r\n\r\nabc`, true],
    ['that is the last', `${OK}content-length: 3\r\nconnection: close\r\n\r\nabc`, false],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nabc', false],
    ['that has no body, and brings one', 'HTTP/1.1 205 No\r\ncontent-length: 3\r\n\r\nabc', true],
    ['with something behind it', `${OK}content-length: 3\r\n\r\nabcd`, false],
  ])('a response %s leaves the connection to another, or does not', async (_, response, reusable) => {
    const left = new AbortController();
    const { call, clock, io, outcome, run, seen } = make({ signal: left.signal }, { headersTimeout: 100 });
    run();
    await turns();
    expect([io.text().split('\r\n')[0], clock.pending]).toEqual(['GET / HTTP/1.1', 1]);
    io.give(...response.split(/(?<=\r\n\r\n)/));
    expect(await (await outcome).text()).toBe(response.includes('205') ? '' : 'abc');
    await clock.advance(10_000);
    expect([seen, call.loss, clock.pending]).toEqual([['over', reusable], undefined, 0]);
    // The connection is another's by now.
    left.abort('late');
    expect([io.aborts, getEventListeners(left.signal, 'abort')]).toEqual([[], []]);
  });

  it('is over when the body was received, not when its head was', async () => {
    const { io, outcome, run, seen } = make();
    run();
    io.give(`${OK}content-length: 6\r\n\r\nabc`);
    const reader = (await outcome).body.getReader();
    await reader.read();
    await turns();
    expect(seen).toEqual([]);
    io.give('def');
    await reader.read();
    await turns();
    expect(seen).toEqual(['over', true]);
  });

  it.each([
    ['before the head', ''],
    ['in the head', 'HTTP/1.1 200'],
    ['in the body', `${OK}content-length: 9\r\n\r\nabc`],
  ])(
    'an end %s is a loss of the connection, and cancels the upload with the same reason',
    async (_, came) => {
      const source = { ...countingSource({ chunkBytes: 1 }), pull: () => new Promise<null>(() => {}) };
      const reasons: unknown[] = [];
      source.cancel = (reason) => void reasons.push(reason);
      const { call, io, outcome, run, seen } = make(post(source));
      run();
      io.give(...(came ? [came] : []), null);
      const given = await outcome;
      const error = given instanceof Response ? await given.text().catch((e: unknown) => e) : given;
      expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
      await turns();
      expect([call.loss, reasons, io.aborts, seen]).toEqual([error, [error], [error], ['over', false]]);
    },
  );

  it('a failure before it is sent leaves the connection alone; then it takes it along', async () => {
    for (const started of [false, true]) {
      const { call, io, outcome, run, seen } = make();
      if (started) run();
      await turns();
      call.fail('enough');
      await turns();
      expect([await outcome, io.aborts, call.loss]).toEqual(['enough', started ? ['enough'] : [], undefined]);
      expect(seen).toEqual(started ? ['over', false] : []);
    }
  });

  it('a response that comes early lets the upload go on, which hears when the server leaves', async () => {
    const chunk = deferred<Uint8Array | null>();
    let reason: unknown;
    const source = { ...countingSource({ chunkBytes: 1 }), pull: () => chunk.promise };
    source.cancel = (why) => void (reason = why);
    for (const leaves of [true, false]) {
      const { io, outcome, run, seen } = make(post(source));
      run();
      io.give(`${OK}content-length: 1\r\n\r\na`);
      expect(await (await outcome).text()).toBe('a');
      await turns();
      expect([seen, reason]).toEqual([[], leaves ? undefined : expect.anything()]);
      if (leaves) io.give(null);
      else chunk.resolve(null);
      await turns();
      expect([seen, reason]).toEqual([
        ['over', !leaves],
        expect.objectContaining({ code: 'ERR_CONNECTION_LOST' }),
      ]);
    }
  });

  it('a response that is the last stops the upload', async () => {
    const source = countingSource({ chunkBytes: 100_000 });
    const { io, outcome, run, seen } = make(post(source));
    io.stuck = true;
    run();
    io.give(`${OK}connection: close\r\ncontent-length: 1\r\n\r\na`);
    expect(await (await outcome).text()).toBe('a');
    await turns();
    expect(seen).toEqual(['over', false]);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_CLOSED' });
  });

  it.each([
    ['little is left', 'content-length: 10', true],
    ['much is left', 'content-length: 11', false],
    ['nobody knows how much', 'transfer-encoding: chunked', true],
  ])('cancelled, the rest is dropped where %s', async (_, field, drops) => {
    const { clock, io, outcome, run, seen } = make({}, { drainLimit: 10 });
    run();
    io.give(`${OK}${field}\r\n\r\n`);
    await (await outcome).body.cancel('enough');
    await turns();
    expect([seen, io.aborts]).toEqual(drops ? [[], []] : [['over', false], ['enough']]);
    if (drops) io.give(field.startsWith('c') ? '0123456789' : '3\r\nabc\r\n0\r\n\r\n');
    await turns();
    expect(seen).toEqual(['over', drops]);
    await clock.advance(10_000);
    expect([io.aborts.length, clock.pending]).toEqual([drops ? 0 : 1, 0]);
  });

  it('cancelled while its upload goes on, both end', async () => {
    const reasons: unknown[] = [];
    const source = { ...countingSource({ chunkBytes: 1 }), pull: () => new Promise<null>(() => {}) };
    source.cancel = (reason) => void reasons.push(reason);
    const { io, outcome, run, seen } = make(post(source));
    run();
    io.give(`${OK}content-length: 9\r\n\r\n`);
    await (await outcome).body.cancel('enough');
    await turns();
    expect([reasons, io.aborts, seen]).toEqual([['enough'], ['enough'], ['over', false]]);
  });

  it('is sent in chunks where trailers follow, also where the length is known', async () => {
    for (const trailers of [undefined, new Headers({ 'x-a': '1' })]) {
      const { io, run } = make({ method: 'POST', body: body('abc', trailers && { trailers }) });
      run();
      await turns();
      const text = io.text();
      expect(text.includes('content-length: 3')).toBe(!trailers);
      expect(text.endsWith(trailers ? '3\r\nabc\r\n0\r\nx-a: 1\r\n\r\n' : '\r\n\r\nabc')).toBe(true);
    }
  });

  it('what is expected to be refused is not sent, and a refused body is cancelled', async () => {
    const source = countingSource({ chunkBytes: 3 });
    const { io, outcome, run, seen } = make(post(source, { headers: { expect: '100-continue' } }));
    run();
    await turns();
    expect(source.pulls).toBe(0);
    io.give('HTTP/1.1 417 No\r\ncontent-length: 0\r\n\r\n');
    expect((await outcome).status).toBe(417);
    await turns();
    expect([source.pulls, source.cancelled !== undefined, seen]).toEqual([0, true, ['over', false]]);
  });

  it('a tunnel has the connection until it is over', async () => {
    const { call, io, outcome, run, seen } = make({}, {}, 'a.test:1');
    call.onTunnel = () => seen.push('tunnel');
    run();
    io.give(`${OK}\r\nearly`);
    const { duplex } = (await outcome) as unknown as {
      duplex: { readable: ReadableStream; writable: WritableStream };
    };
    await turns();
    expect(seen).toEqual(['tunnel']);
    const reader = duplex.readable.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('early');
    await reader.cancel();
    await duplex.writable.close();
    await turns();
    expect(seen).toEqual(['tunnel', 'over', false]);
  });
});
