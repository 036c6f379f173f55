import { describe, expect, it } from '@jest/globals';
import { proxyResponse, respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, channel, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { ends, protocols } from './both-protocols.ts';
import { turns } from './raw-peer.ts';

const streamOf = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream();

describe.each(protocols)('messages over %s', (protocol) => {
  it('a body that was begun, and is not sent for it, is cancelled', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 100 });
    const { client, errors } = ends(protocol, async () => {
      const stream = body(source, { byteLength: 100 });
      const reader = stream.getReader();
      await reader.read();
      reader.releaseLock();
      return respond(stream);
    });
    expect((await client.fetch('/')).status).toBe(500);
    expect([source.cancelled?.reason]).toEqual(errors);
  });

  it('are cloned and still read by themselves, on both sides', async () => {
    const { client } = ends(protocol, async (request) => {
      const copy = request.clone();
      const again = request.clone();
      const read = [await copy.text(), await request.text(), await again.text()];
      const trailers = await trailersOf(request);
      const response = respond(body(read.join(), { trailers }), { status: 201 });
      const kept = response.clone();
      expect(kept).toBeInstanceOf(Response);
      expect([kept.status, await kept.text()]).toEqual([201, 'abc,abc,abc']);
      return response;
    });
    const response = await client.fetch('/', {
      method: 'POST',
      body: body('abc', { trailers: new Headers({ 'x-sum': '6' }) }),
    });
    const copy = response.clone();
    expect([response.bodyUsed, await response.text(), await copy.text()]).toEqual([
      false,
      'abc,abc,abc',
      'abc,abc,abc',
    ]);
    expect((await trailersOf(response)).get('x-sum')).toBe('6');
    expect(response.bodyUsed).toBe(true);
    expect(() => response.clone()).toThrow(TypeError);
    await client.close();
  });

  it.each(['cancelled', 'over its limit', 'cloned and cancelled'])(
    'a response that has come as a whole is dropped unread while another comes: %s',
    async (how) => {
      const { sender, body: slow } = channel({ highWaterMark: 10 });
      const { client } = ends(protocol, ({ url }) => respond(url.endsWith('slow') ? slow : 'whole'));
      const whole = await client.fetch('/');
      await turns();
      const other = await client.fetch('/slow');
      if (how === 'over its limit')
        await expect(collect(bodyOf(whole), { limit: 2 })).rejects.toMatchObject({
          code: 'ERR_LIMIT_EXCEEDED',
        });
      else {
        const clone = how === 'cancelled' ? undefined : whole.clone();
        await Promise.all([whole.body?.cancel('unread'), clone?.body?.cancel('unread')]);
      }
      await turns();
      sender.send('slow');
      sender.close();
      expect(await other.text()).toBe('slow');
      expect(await (await client.fetch('/')).text()).toBe('whole');
      await client.close();
    },
  );

  it('a signal that aborts before a response is read, or half read, fails the reading; the connection lives on', async () => {
    const { client } = ends(protocol, ({ method }) => respond(method === 'GET' ? 'whole body' : ''));
    for (const read of [false, true]) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const response = await client.fetch('/', { signal: controller.signal });
      const stream = bodyOf(response);
      const reader = stream.getReader();
      if (read) expect((await reader.read()).done).toBe(false);
      controller.abort(reason);
      await expect(reader.read()).rejects.toBe(reason);
      await expect(reader.closed).rejects.toBe(reason);
      expect(stream.stats.state).toBe('errored');
    }
    const controller = new AbortController();
    const response = await client.fetch('/', { signal: controller.signal });
    expect(await response.text()).toBe('whole body');
    const empty = await client.fetch('/', { method: 'PUT', signal: controller.signal });
    controller.abort();
    expect(await empty.text()).toBe('');
    await client.close();
  });

  it('a response keeps its length through a clone, and one without a body has none', async () => {
    const { client } = ends(protocol, (request) => {
      const response = respond(request.method === 'GET' ? 'abc' : null);
      response.clone().body?.cancel();
      return response;
    });
    expect((await client.fetch('/')).headers.get('content-length')).toBe('3');
    const empty = await client.fetch('/', { method: 'PUT' });
    expect(await empty.clone().text()).toBe('');
    await client.close();
  });

  it('a body that was sent is not sent again', async () => {
    const makers: (() => Response)[] = [
      () => respond(body('abc')),
      () => new Response(body('abc')),
      () => new Response('abc'),
      () => respond(['a', 'bc'].values()),
      () => respond({ byteLength: 0, pull: () => null }),
    ];
    for (const make of makers) {
      const response = make();
      const { client, errors } = ends(protocol, () => response);
      expect((await client.fetch('/')).status).toBe(200);
      const second = await client.fetch('/');
      expect([second.status, await second.text()]).toEqual([500, '']);
      expect(errors).toEqual([expect.any(TypeError)]);
      client.abort();
    }
    const text = respond('abc');
    const { client } = ends(protocol, () => text);
    for (let i = 0; i < 2; i++) expect(await (await client.fetch('/')).text()).toBe('abc');
    await client.close();
  });

  it('what is left of a body that was begun does not pass for all of it', async () => {
    const { client, errors } = ends(protocol, async () => {
      const stream = body(['ab', 'c'], { byteLength: 3 });
      const reader = stream.getReader();
      await reader.read();
      reader.releaseLock();
      return respond(stream);
    });
    expect((await client.fetch('/')).status).toBe(500);
    expect(errors).toEqual([expect.any(TypeError)]);
    await client.close();
  });

  it('a content-length needs its body', async () => {
    const { client, errors } = ends(
      protocol,
      ({ method }) =>
        new Response(null, { status: method === 'DELETE' ? 304 : 200, headers: { 'content-length': '5' } }),
    );
    expect((await client.fetch('/')).status).toBe(500);
    expect(errors).toEqual([expect.any(TypeError)]);
    for (const method of ['HEAD', 'DELETE'])
      expect((await client.fetch('/', { method })).headers.get('content-length')).toBe('5');
    await client.close();
  });

  it("an upload's content-length is its length", async () => {
    const { client } = ends(protocol, async (request) => {
      const length = request.headers.get('content-length');
      return respond(`${length} ${await request.text().catch((error) => error.name)}`);
    });
    const post = (stream: ReadableStream<Uint8Array>, length: string): Promise<Response> =>
      client.fetch('/', { method: 'POST', body: stream, headers: { 'content-length': length } });
    expect(await (await post(streamOf('abc'), '3')).text()).toBe('3 abc');
    for (const length of ['x', '1e1', '-1']) {
      let reason: unknown;
      const stream = new ReadableStream({ cancel: (why) => void (reason = why) });
      const error = await post(stream, length).catch((error) => error);
      expect([error, error === reason]).toEqual([expect.any(TypeError), true]);
    }
    await expect(post(streamOf('abc'), '4')).rejects.toMatchObject({ code: 'ERR_LENGTH_MISMATCH' });
    client.abort();
  });

  it('what can be no request fails at the call, and nothing else does', async () => {
    const { client } = ends(protocol, () => respond('fine'));
    const wrong: Parameters<typeof client.fetch>[] = [
      ['/', { method: 'A B' }],
      ['/', { headers: { 'x-a': 'a\u0001' } }],
      ['mailto:someone'],
      ['data:,x'],
      ['/', { body: 'x' }],
      ['/', { method: 'POST', body: 5 as never }],
    ];
    const before = client.fetch('/');
    for (const args of wrong) await expect(client.fetch(...args)).rejects.toThrow(TypeError);
    expect(await (await before).text()).toBe('fine');
    expect(await (await client.fetch('/')).text()).toBe('fine');
    await client.close();
  });

  it("an upload that can't be sent is cancelled", async () => {
    const { client } = ends(protocol, () => respond('fine'));
    const source = countingSource({ chunkBytes: 1 });
    const error = await client.fetch('/', { method: 'A B', body: body(source) }).catch((error) => error);
    expect([source.pulls, source.cancelled?.reason === error]).toEqual([0, true]);
    await client.close();
  });

  it('a signal of null takes the place of the one in the Request', async () => {
    const { client } = ends(protocol, () => respond('fine'));
    const request = new Request('http://localhost/', { signal: AbortSignal.abort() });
    expect((await client.fetch(request, { signal: null })).status).toBe(200);
    await expect(client.fetch(request)).rejects.toMatchObject({ name: 'AbortError' });
    await client.close();
  });

  it('a handler that throws nothing answers 500', async () => {
    const { client, errors } = ends(protocol, () => Promise.reject(undefined));
    expect((await client.fetch('/')).status).toBe(500);
    expect(errors).toEqual([undefined]);
    await client.close();
  });

  it('interim responses have no fields of the connection and no length', async () => {
    const refused: unknown[] = [];
    const { client } = ends(protocol, (_request, { sendInformational }) => {
      for (const name of ['transfer-encoding', 'connection', 'content-length'])
        try {
          sendInformational?.(103, { [name]: '1' });
        } catch (error) {
          refused.push(error);
        }
      return respond('fine');
    });
    let informed = 0;
    const response = await client.fetch('/', { onInformational: () => informed++ });
    await turns();
    expect([await response.text(), informed, refused]).toEqual([
      'fine',
      0,
      Array(3).fill(expect.any(TypeError)),
    ]);
    await client.close();
  });

  it('onError hears once of what fails after the head', async () => {
    const why = new Error('why');
    const { client, errors } = ends(protocol, () =>
      respond(
        (async function* () {
          yield 'a';
          await turns();
          throw why;
        })(),
      ),
    );
    await expect(client.fetch('/').then((response) => response.text())).rejects.toThrow();
    expect(errors).toEqual([why]);
    const other = ends(protocol, () => respond(), {
      onConnect: () => () => {
        throw why;
      },
    });
    const tunnel = await other.client.tunnel('a:1');
    const readable = 'duplex' in tunnel ? tunnel.duplex.readable : null;
    await expect(readable?.getReader().read()).rejects.toThrow();
    expect(other.errors).toEqual([why]);
    client.abort();
    other.client.abort();
  });

  it('an upload that expects 100 (Continue) comes also where the response is made of it', async () => {
    const { client } = ends(protocol, ({ body, url }) =>
      respond(url.endsWith('echo') ? body : through(body)),
    );
    async function* through(source: AsyncIterable<Uint8Array> | null): AsyncGenerator<Uint8Array | string> {
      yield '>';
      yield* source ?? [];
    }
    for (const [path, text, interim] of [
      ['echo', 'abc', [100]],
      ['later', '>abc', []],
    ]) {
      const informed: number[] = [];
      const response = await client.fetch(`/${path}`, {
        method: 'POST',
        body: 'abc',
        headers: { expect: '100-continue' },
        onInformational: (status) => informed.push(status),
      });
      expect([await response.text(), informed]).toEqual([text, interim]);
    }
    client.abort();
  });

  it('what Connection names is not sent on', async () => {
    const { client } = ends(protocol, ({ headers }) => respond([...headers.keys()].join()));
    const headers = { connection: 'x-hop, TE', 'x-hop': '1', 'x-end': '2', te: 'trailers' };
    const names = (await (await client.fetch('/', { headers })).text()).split(',');
    expect(names).toEqual(expect.arrayContaining(['te', 'x-end']));
    expect(names).not.toContain('x-hop');
    client.abort();
  });

  it('a proxy does not pass on what is still coded for its own connection', async () => {
    const source = countingSource({ chunkBytes: 1 });
    const upstream = (coding: string): Response =>
      new Response(body(source), { headers: { 'transfer-encoding': coding } });
    const { client, errors } = ends(protocol, () => proxyResponse(upstream('gzip')));
    expect((await client.fetch('/')).status).toBe(500);
    expect([errors, source.cancelled]).toMatchObject([[{ name: 'TypeError' }], {}]);
    expect(proxyResponse(upstream('Chunked')).headers.has('transfer-encoding')).toBe(false);
    client.abort();
  });

  it('a proxy passes interim responses on, 100 (Continue) once and not unasked', async () => {
    const upstream = ends(protocol, async (request, info) => {
      const text = await request.text();
      info.sendInformational?.(103);
      return respond(text);
    });
    const { client } = ends(protocol, (request, info) =>
      upstream.client.fetch('/', {
        method: 'POST',
        headers: { expect: '100-continue' },
        body: bodyOf(request),
        onInformational: info.sendInformational,
      }),
    );
    for (const expected of [[100, 103], [103]]) {
      const informed: number[] = [];
      const response = await client.fetch('/', {
        method: 'POST',
        body: 'abc',
        headers: expected.length === 2 ? { expect: '100-continue' } : {},
        onInformational: (status) => informed.push(status),
      });
      expect([await response.text(), informed]).toEqual(['abc', expected]);
    }
    client.abort();
    upstream.client.abort();
  });
});
