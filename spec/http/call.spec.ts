import { describe, expect, it } from '@jest/globals';
import { Call } from '../../lib/http/call.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import type { ConnectOptions, FetchInit } from '../../lib/http/mod.ts';
import { outgoingRequest } from '../../lib/http/outgoing-request.ts';
import { ReceivedBody } from '../../lib/http/received-body.ts';
import { body } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';

/** A call of no protocol: it tells what it is asked for. */
class Plain extends Call {
  readonly heard: unknown[] = [];
  onFail(reason: unknown): void {
    this.heard.push(reason);
  }
  cancel(reason: unknown): void {
    this.heard.push(['cancel', reason]);
  }
  headed(status: number, from = new ReceivedBody(undefined, false, true, Headers, {})): ReceivedBody {
    this.answer({ status, statusText: '', headers: [] }, from, 0);
    return from;
  }
  sent(): void {
    this.uploaded = true;
    this.expectHead();
  }
  override follow = super.follow;
  override rest = super.rest;
  override wanted = super.wanted;
  override inform = super.inform;
  override accepts = super.accepts;
  override dropBody = super.dropBody;
  get waits(): boolean {
    return this.expects;
  }
  get isStopped(): boolean {
    return this.stopped;
  }
}

function make(init: FetchInit = {}, options: ConnectOptions = {}) {
  const clock = virtualClock();
  const settings = clientSettings({ clock, ...options }, true, false);
  const call = new Plain(settings, outgoingRequest('/a#b', init, settings.origin, globalThis));
  const outcome = call.response.then(
    (response) => response as Response,
    (error) => error,
  );
  return { call, clock, outcome };
}

const post = (source: ReturnType<typeof countingSource>, headers = {}): FetchInit => ({
  method: 'POST',
  body: body(source),
  headers,
});

describe('Call', () => {
  it('fails once, with one reason for the response, the upload and the protocol', async () => {
    const source = countingSource({ chunkBytes: 1 });
    const { call, outcome } = make(post(source));
    call.fail('first');
    call.fail('second');
    call.stopUpload('third');
    expect([await outcome, source.cancelled, call.heard]).toEqual(['first', { reason: 'first' }, ['first']]);
  });

  it('what was given of a response fails too, and what was received of it is dropped', async () => {
    const { call, outcome } = make();
    const incoming = call.headed(200);
    incoming.push(new Uint8Array(3));
    incoming.settle();
    const response = await outcome;
    call.fail('gone');
    expect(await response.text().catch((error: unknown) => error)).toBe('gone');
  });

  it('obeys the signal until it rests', async () => {
    const left = new AbortController();
    const aborted = make({ signal: left.signal });
    aborted.call.follow();
    left.abort('enough');
    expect([await aborted.outcome, aborted.call.heard]).toEqual(['enough', ['enough']]);
    const early = make({ signal: left.signal });
    early.call.follow();
    expect(early.call.failed).toBe(true);
    const done = new AbortController();
    const rested = make({ signal: done.signal });
    rested.call.follow();
    rested.call.rest();
    done.abort('late');
    expect(rested.call.failed).toBe(false);
  });

  it('waits for the head so long from the end of the upload, and no timer outlives it', async () => {
    const late = make({}, { headersTimeout: 100 });
    late.call.sent();
    late.call.sent();
    expect(late.clock.pending).toBe(1);
    await late.clock.advance(100);
    expect(await late.outcome).toMatchObject({ code: 'ERR_DEADLINE', timeout: 100 });
    for (const end of ['headed', 'fail', 'rest'] as const) {
      const { call, clock } = make({}, { headersTimeout: 100 });
      call.sent();
      call[end](200);
      expect(clock.pending).toBe(0);
      call.sent();
      expect(clock.pending).toBe(0);
    }
    const none = make();
    none.call.sent();
    expect(none.clock.pending).toBe(0);
  });

  it('stops its upload once, and not one that is on its way', () => {
    const source = countingSource({ chunkBytes: 1 });
    const { call } = make(post(source));
    call.stopUpload('first');
    call.stopUpload('second');
    expect([source.cancelled, call.isStopped]).toEqual([{ reason: 'first' }, true]);
    const sent = countingSource({ chunkBytes: 1 });
    const other = make(post(sent)).call;
    other.sent();
    other.stopUpload('late');
    expect([sent.cancelled, other.isStopped]).toEqual([undefined, false]);
  });

  it('the response has the URL without its fragment, and a body where it can', async () => {
    const { call, outcome } = make();
    call.headed(200);
    const response = await outcome;
    expect([response.url, response.status, response.body === null]).toEqual([
      'http://localhost/a',
      200,
      false,
    ]);
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 205],
      ['GET', 304],
    ] as const) {
      const none = make({ method });
      none.call.headed(status);
      expect((await none.outcome).body).toBeNull();
    }
  });

  it('a status that no Response can have fails it; a body that can not be is cancelled', async () => {
    const { call, outcome } = make();
    expect([call.accepts(599, 'h2'), call.accepts(600, 'h2')]).toEqual([true, false]);
    expect(await outcome).toMatchObject({ code: 'ERR_PROTOCOL', protocol: 'h2', scope: 'stream' });
    call.dropBody(204);
    expect(call.heard[1]).toEqual(['cancel', expect.objectContaining({ code: 'ERR_CLOSED' })]);
  });
});

describe('Call, expecting 100 (Continue)', () => {
  const expecting = () => {
    const source = countingSource({ chunkBytes: 1 });
    const made = make(post(source, { expect: '100-Continue' }));
    const go: unknown[] = [];
    made.call.wanted().then((wanted) => go.push(wanted));
    return { ...made, go, source };
  };

  it('is asked for with a body alone', () => {
    expect(expecting().call.waits).toBe(true);
    expect(make({ method: 'POST', headers: { expect: '100-continue' } }).call.waits).toBe(false);
    expect(make(post(countingSource({ chunkBytes: 1 }), { 'x-a': 'expect' })).call.waits).toBe(false);
  });

  it.each([
    ['100 says so', (call: Plain) => call.inform(100, []), true],
    ['another interim response does not', (call: Plain) => call.inform(103, []), undefined],
    ['a response that is no refusal does', (call: Plain) => call.headed(200), true],
    ['a refusal does not', (call: Plain) => call.headed(417), false],
    ['nor does a failure', (call: Plain) => call.fail('gone'), false],
  ])('%s', async (_, happens, wanted) => {
    const { call, clock, go, source } = expecting();
    happens(call);
    await clock.advance(999);
    expect([go, source.pulls]).toEqual([wanted === undefined ? [] : [wanted], 0]);
    expect(source.cancelled !== undefined).toBe(wanted === false);
    await clock.advance(1);
    expect([go, clock.pending]).toEqual([[wanted ?? true], 0]);
  });

  it('who hears of interim responses may fail it', async () => {
    const failure = new Error('broke');
    const seen: unknown[] = [];
    const { call, outcome } = make({
      onInformational(status, headers) {
        seen.push(status, headers.get('link'));
        throw failure;
      },
    });
    call.inform(103, [['link', 'a']]);
    expect([await outcome, seen]).toEqual([failure, [103, 'a']]);
  });
});
