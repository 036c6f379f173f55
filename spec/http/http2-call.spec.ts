import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { ClientSettings } from '../../lib/http/client-settings.ts';
import { Http2Call } from '../../lib/http/http2-call.ts';
import type { FetchInit, ServeOptions } from '../../lib/http/mod.ts';
import { outgoingRequest } from '../../lib/http/outgoing-request.ts';
import { outgoingTunnel } from '../../lib/http/outgoing-tunnel.ts';
import type { Http2Event, Http2Options } from '../../lib/http2/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { dataOf, manualSession } from './manual-session.ts';

function make(options: ServeOptions = {}, others: Partial<Http2Options> = {}) {
  const it = manualSession('client', options, others);
  const settings = it.settings as ClientSettings;
  const heard: unknown[] = [];
  let again = false;
  const client = {
    again(call: Http2Call) {
      heard.push(['again', call.failed]);
      return again;
    },
    drop: () => void heard.push('drop'),
  };
  const call = (init: FetchInit = {}, request = outgoingRequest('/', init, settings.origin, globalThis)) => {
    const made = new Http2Call(it.session, settings, request, client);
    const outcome = made.response.then(
      (response) => response as Response,
      (error) => error,
    );
    return { call: made, outcome };
  };
  const start = async (init: FetchInit = {}) => {
    const made = call(init);
    made.call.start();
    const events = await it.exchange();
    const id =
      (events.findLast(({ type }) => type === 'request') as { streamId: number } | undefined)?.streamId ?? 0;
    return { ...made, events, id };
  };
  const answer = async (id: number, endStream: boolean, status = '200'): Promise<Http2Event[]> => {
    it.peer.sendHeaders(id, [[':status', status]], endStream);
    return it.exchange();
  };
  return { ...it, again: () => (again = true), answer, call, heard, start };
}

const post = (source: ReturnType<typeof countingSource>, more: FetchInit = {}): FetchInit => ({
  method: 'POST',
  body: body(source),
  ...more,
});
const resets = (events: readonly Http2Event[]): number[] =>
  events.flatMap((event) => (event.type === 'reset' ? [event.errorCode] : []));
const stalling = () => ({ ...countingSource({ chunkBytes: 1 }), pull: () => new Promise<null>(() => {}) });

describe('Http2Call', () => {
  it('one without a body ends with its head, and one with its last byte; both are forgotten then', async () => {
    const { answer, heard, session, start } = make();
    for (const init of [{}, { method: 'POST', body: 'abc' }]) {
      const { events, id, outcome } = await start(init);
      expect(dataOf(events)).toEqual([init.body ? 3 : 0, true]);
      expect(resets(await answer(id, true))).toEqual([]);
      expect([(await outcome).status, session.streams.size]).toEqual([200, 0]);
    }
    expect(heard).toEqual([]);
  });

  it('failed while it waits it is dropped, and nothing of it is sent', async () => {
    const { call, exchange, heard, session } = make();
    const source = countingSource({ chunkBytes: 1 });
    const waiting = call(post(source));
    waiting.call.fail('enough');
    expect([await waiting.outcome, heard, source.cancelled]).toEqual([
      'enough',
      ['drop'],
      { reason: 'enough' },
    ]);
    expect((await exchange()).some(({ type }) => type === 'request')).toBe(false);
    expect(session.streams.size).toBe(0);
  });

  it('a head that the server does not take fails it, and leaves nothing', async () => {
    const { exchange, heard, session, start } = make({}, { maxHeaderBytes: 10 });
    await exchange();
    const source = countingSource({ chunkBytes: 1 });
    const { events, outcome } = await start(post(source));
    expect([await outcome, events, session.streams.size]).toEqual([expect.any(TypeError), [], 0]);
    expect([heard, source.cancelled !== undefined]).toEqual([['drop'], true]);
  });

  it('failed under way it resets its stream, once', async () => {
    const { exchange, session, start } = make();
    const source = stalling();
    const { call, outcome } = await start(post(source));
    call.fail('enough');
    call.fail('again');
    expect([await outcome, resets(await exchange()), session.streams.size]).toEqual(['enough', [8], 0]);
  });

  it('refused unprocessed it may be sent again, but not when its body was pulled', async () => {
    const { again, answer, exchange, heard, peer, session, start } = make();
    const refuse = async (init: FetchInit = {}) => {
      const made = await start(init);
      peer.reset(made.id, 7);
      await exchange();
      return made;
    };
    const plain = await refuse();
    expect([await plain.outcome, heard]).toEqual([
      expect.objectContaining({ code: 'ERR_REFUSED' }),
      [['again', false]],
    ]);
    again();
    const retried = await refuse();
    expect([heard.length, session.streams.size, retried.call.failed]).toEqual([2, 0, false]);
    retried.call.start();
    const [request] = await exchange();
    await answer((request as { streamId: number }).streamId, true);
    expect((await retried.outcome).status).toBe(200);
    const given = await refuse();
    given.call.fail('enough');
    expect([heard.splice(2), resets(await exchange())]).toEqual([[['again', false], 'drop'], []]);
    const pulled = await refuse(post(stalling()));
    expect([heard.length, await pulled.outcome]).toEqual([
      2,
      expect.objectContaining({ code: 'ERR_REFUSED' }),
    ]);
  });

  it('a reset is the one reason of all, and what was received is read before it', async () => {
    const { answer, exchange, peer, start } = make();
    const reasons: unknown[] = [];
    const source = stalling();
    source.cancel = (reason) => void reasons.push(reason);
    const { id, outcome } = await start(post(source));
    await answer(id, false);
    peer.sendData(id, new Uint8Array(3), false);
    await exchange();
    peer.reset(id, 2);
    await exchange();
    const reader = (await outcome).body.getReader();
    expect((await reader.read()).value?.byteLength).toBe(3);
    const error = await reader.read().catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 2 });
    expect(reasons).toEqual([error]);
  });

  it.each(['goes on', 'is not wanted', 'fails'])(
    'the upload of a call whose response is complete %s',
    async (how) => {
      const { answer, exchange, peer, seen, session, start } = make();
      const reasons: unknown[] = [];
      let end: (value: null) => void = () => {};
      const source = stalling();
      source.pull = () => new Promise((resolve) => (end = resolve));
      source.cancel = (reason) => void reasons.push(reason);
      const left = new AbortController();
      const { call, id, outcome } = await start(post(source, { signal: left.signal }));
      await answer(id, true);
      expect([(await outcome).status, session.streams.size, reasons]).toEqual([200, 1, []]);
      if (how === 'goes on') end(null);
      else if (how === 'fails') call.fail('broke');
      else peer.reset(id, 0);
      const events = await exchange();
      expect([resets(events), session.streams.size]).toEqual([how === 'fails' ? [8] : [], 0]);
      expect(reasons).toHaveLength(how === 'goes on' ? 0 : 1);
      expect(getEventListeners(left.signal, 'abort')).toEqual([]);
      left.abort('late');
      expect([call.failed, seen.ended]).toEqual([false, []]);
    },
  );

  it('cancelled, it needs no upload either', async () => {
    const { answer, exchange, session, start } = make();
    const reasons: unknown[] = [];
    const source = stalling();
    source.cancel = (reason) => void reasons.push(reason);
    const { id, outcome } = await start(post(source));
    await answer(id, false);
    await (await outcome).body.cancel('enough');
    expect([resets(await exchange()), reasons, session.streams.size]).toEqual([[8], ['enough'], 0]);
  });

  it('a tunnel that is refused has no upload to wait for', async () => {
    const { answer, call, exchange, session, settings } = make();
    const { origin } = settings as ClientSettings;
    const { call: tunnel, outcome } = call({}, outgoingTunnel('a.test:1', {}, origin, globalThis));
    tunnel.start();
    const [request] = (await exchange()).filter(({ type }) => type === 'request');
    await answer((request as { streamId: number }).streamId, true, '403');
    expect([(await outcome).status, session.streams.size]).toEqual([403, 0]);
  });

  it('a refusal instead of 100 (Continue) ends the stream, too', async () => {
    const { answer, clock, exchange, session, start } = make();
    const source = countingSource({ chunkBytes: 3 });
    const { id, outcome } = await start(post(source, { headers: { expect: '100-continue' } }));
    const events = await answer(id, true, '417');
    expect([(await outcome).status, resets([...events, ...(await exchange())])]).toEqual([417, [8]]);
    expect([source.pulls, source.cancelled !== undefined, session.streams.size, clock.pending]).toEqual([
      0,
      true,
      0,
      0,
    ]);
  });
});
