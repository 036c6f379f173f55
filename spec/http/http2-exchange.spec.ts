import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { Http2Exchange } from '../../lib/http/http2-exchange.ts';
import { type Handler, respond, type ServeOptions } from '../../lib/http/mod.ts';
import type { ServerSettings } from '../../lib/http/server-settings.ts';
import type { Http2Event, Http2Options } from '../../lib/http2/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { dataOf, manualSession } from './manual-session.ts';

type Request = Http2Event & { type: 'request' };

/** A session with an exchange for each request that its client sends. */
function make(handler: Handler, options: ServeOptions = {}, others: Partial<Http2Options> = {}) {
  const errors: unknown[] = [];
  const it = manualSession('server', { onError: (error) => errors.push(error), ...options }, others);
  const settings = it.settings as ServerSettings;
  const serving = { session: it.session, io: {}, settings, handler, running: 0 };
  const ask = async (method = 'GET', endStream = true, more: [string, string][] = []) => {
    const fields: [string, string][] = [
      [':method', method],
      ...(method === 'CONNECT'
        ? []
        : ([
            [':scheme', 'http'],
            [':path', '/'],
          ] as [string, string][])),
      [':authority', 'a.test:443'],
      ...more,
    ];
    const id = it.peer.openStream(fields, endStream);
    const events = await it.exchange();
    const head = it.seen.requests.shift() as Request;
    const exchange = new Http2Exchange(serving, head);
    it.session.streams.add(id, exchange);
    exchange.run();
    return { events, exchange, id };
  };
  return { ...it, ask, errors, serving };
}

const resets = (events: readonly Http2Event[]): number[] =>
  events.flatMap((event) => (event.type === 'reset' ? [event.errorCode] : []));

describe('Http2Exchange', () => {
  it('counts as running while its handler does, however that ends', async () => {
    const answers = [deferred<Response>(), deferred<Response>(), deferred<Response>()];
    let n = 0;
    const { ask, exchange, serving, session } = make(() => answers[n++]?.promise ?? respond('d'));
    for (let asked = 0; asked < 4; asked++) await ask();
    expect([serving.running, session.output.expecting]).toEqual([3, 3]);
    answers[0]?.resolve(respond('a'));
    answers[1]?.reject(new Error('broke'));
    await exchange();
    expect(serving.running).toBe(1);
    session.streams.lose('gone');
    expect(serving.running).toBe(1);
    answers[2]?.resolve(respond('c'));
    await exchange();
    expect([serving.running, session.output.expecting]).toEqual([0, 0]);
  });

  it('has a date, a length where it is known, and an end in the head of what is empty', async () => {
    let n = 0;
    const { ask, exchange } = make(() =>
      n++ === 0 ? respond('abc', { headers: { date: 'then' } }) : respond(null, { status: 204 }),
    );
    const heads: Record<string, string>[] = [];
    const ends: boolean[] = [];
    for (let asked = 0; asked < 2; asked++) {
      await ask();
      for (const event of await exchange())
        if (event.type === 'response') {
          heads.push(Object.fromEntries(event.headers));
          ends.push(event.endStream);
        }
    }
    expect(heads[0]).toMatchObject({ date: 'then', 'content-length': '3' });
    expect(heads[1]).toEqual({ date: expect.stringMatching(/ GMT$/) });
    expect(ends).toEqual([false, true]);
  });

  it.each([0, 100])(
    'is forgotten when all is written; one whose request is unread is stopped without a fault; %d bytes came',
    async (bytes) => {
      const { ask, exchange, peer, session } = make(() => respond('early'));
      const { id } = await ask('POST', false);
      if (bytes > 0) peer.sendData(id, new Uint8Array(bytes), false);
      const events = await exchange();
      expect([dataOf(events), resets(events)]).toEqual([[5, true], [0]]);
      expect([session.streams.size, session.codec.stats.unread]).toEqual([0, 0]);
    },
  );

  it('but who said that he reads on has his time', async () => {
    const wait = deferred<void>();
    let text = '';
    const { ask, exchange, peer, session } = make((request, info) => {
      const all = request.text().then((read) => (text = read));
      info.waitUntil(Promise.all([all, wait.promise]));
      return respond('early');
    });
    const { id } = await ask('POST', false);
    expect(resets(await exchange())).toEqual([]);
    peer.sendData(id, new TextEncoder().encode('late'), true);
    await exchange();
    expect([text, session.streams.size]).toEqual(['late', 1]);
    wait.resolve();
    await exchange();
    expect(session.streams.size).toBe(0);
  });

  it('what is read on after the response fails when the client is lost', async () => {
    const read: Promise<unknown>[] = [];
    const { ask, exchange, peer } = make((request, info) => {
      read.push(request.text().catch((error) => error.code));
      info.waitUntil(read[0] as Promise<unknown>);
      return respond('early');
    });
    const { id } = await ask('POST', false);
    await exchange();
    peer.reset(id, 8);
    await exchange();
    expect(await read[0]).toBe('ERR_STREAM_RESET');
  });

  it('lost while its body is late, it does not look finished', async () => {
    const late = deferred<null>();
    const { ask, exchange, session } = make(() => respond(body({ pull: () => late.promise })));
    await ask();
    await exchange();
    session.streams.lose('gone');
    late.resolve(null);
    expect(dataOf(await exchange())).toEqual([0, false]);
  });

  it('a reset is the one reason of all, and of what the client did wrong the server hears', async () => {
    const sources = [countingSource({ chunkBytes: 10 }), countingSource({ chunkBytes: 10 })];
    const [source] = sources.slice();
    const { ask, errors, exchange, peer, session } = make(
      (request) => {
        void request.signal;
        return respond(sources.shift() ?? null);
      },
      {},
      { highWaterMark: 100 },
    );
    const first = await ask('POST', false);
    await exchange();
    peer.sendData(first.id, new Uint8Array(100), false);
    peer.reset(first.id, 8);
    await exchange();
    expect(session.codec.stats.unread).toBe(0);
    const reason = first.exchange.signal().reason;
    expect(reason).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 8, remote: true });
    expect([source?.cancelled, errors, session.streams.size]).toEqual([{ reason }, [], 0]);
    const second = await ask('POST', false, [['content-length', '1']]);
    peer.sendData(second.id, new Uint8Array(2), false);
    await exchange();
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_PROTOCOL' })]);
    expect(second.exchange.lost?.reason).toMatchObject({ remote: false, cause: errors[0] });
  });

  it('a body that fails is cut off with INTERNAL_ERROR, one that says so after its last byte is not', async () => {
    const failure = new Error('broke');
    let n = 0;
    const failing = {
      byteLength: 3,
      pull() {
        if (n++ === 0) return new Uint8Array(3);
        throw failure;
      },
    };
    const { ask, errors, exchange, session } = make(() => respond(body(failing)));
    await ask();
    const whole = await exchange();
    expect([dataOf(whole), resets(whole), errors]).toEqual([[3, true], [], [failure]]);
    const { exchange: broken } = await ask();
    expect([resets(await exchange()), broken.lost]).toEqual([[2], undefined]);
    expect([errors, session.streams.size]).toEqual([[failure, failure], 0]);
  });

  it('is cut off where its client takes no fields at all', async () => {
    const { ask, errors, exchange, session } = make(() => respond('a'), {}, { maxHeaderBytes: 10 });
    await ask();
    expect([resets(await exchange()), errors]).toEqual([[2], [expect.any(TypeError)]]);
    expect(session.streams.size).toBe(0);
  });

  it('has the urgency that its client gave last, before it is sent as after', async () => {
    const answer = deferred<Response>();
    const { ask, exchange } = make(() => answer.promise);
    const { exchange: first } = await ask('GET', true, [['priority', 'u=1']]);
    const { exchange: second } = await ask();
    second.prioritise(6);
    answer.resolve(respond(body({ pull: () => new Promise(() => {}) })));
    await exchange();
    expect([first.sender?.urgency, second.sender?.urgency]).toEqual([1, 6]);
    first.prioritise(7);
    expect(first.sender?.urgency).toBe(7);
  });

  it('a tunnel that fails once it has ended its side leaves nothing', async () => {
    const failure = new Error('broke');
    const onConnect = () => async (duplex: { writable: WritableStream }) => {
      await duplex.writable.close();
      throw failure;
    };
    const { ask, errors, exchange, session } = make(() => respond('never'), { onConnect });
    await ask('CONNECT', false);
    const events = await exchange();
    expect([resets(events), errors, session.streams.size]).toEqual([[0], [failure], 0]);
  });

  it('a tunnel is over when both directions are, or when it is aborted', async () => {
    const duplexes: { readable: ReadableStream; writable: WritableStream }[] = [];
    const onConnect = () => (duplex: { readable: ReadableStream; writable: WritableStream }) =>
      void duplexes.push(duplex);
    const { ask, exchange, peer, session } = make(() => respond('never'), { onConnect });
    const half = await ask('CONNECT', false);
    await exchange();
    await duplexes[0]?.writable.close();
    expect(dataOf(await exchange())).toEqual([0, true]);
    expect([session.streams.size, half.exchange.taken]).toEqual([1, true]);
    peer.sendData(half.id, new Uint8Array(0), true);
    await exchange();
    expect(session.streams.size).toBe(0);
    await ask('CONNECT', false);
    await exchange();
    duplexes[1]?.writable.abort('enough').catch(() => {});
    expect([resets(await exchange()), session.streams.size]).toEqual([[8], 0]);
  });
});
