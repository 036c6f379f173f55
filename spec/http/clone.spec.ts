import { describe, expect, it } from '@jest/globals';
import { proxyResponse, respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';

const { both } = ends();

describe.each(['http/1.1', 'h2'] as const)('a message that was cloned, over %s', (protocol) => {
  const open = (handler: Parameters<typeof both>[0]) => both(handler, {}, { protocol }).client;
  const withTrailers = (): Response =>
    respond(body(['te', 'xt'], { trailers: new Headers({ 'x-end': '1' }) }));

  it('is sent as it is: its length, its trailers, every byte', async () => {
    const copies: Promise<string>[] = [];
    const client = open(({ url }) => {
      const response = url.endsWith('text') ? respond('text') : withTrailers();
      copies.push(response.clone().text());
      return response;
    });
    const text = await client.fetch('/text');
    expect([text.headers.get('content-length'), await text.text()]).toEqual(['4', 'text']);
    const trailing = await client.fetch('/trailers');
    expect([await trailing.text(), (await trailersOf(trailing)).get('x-end')]).toEqual(['text', '1']);
    expect(await Promise.all(copies)).toEqual(['text', 'text']);
  });

  it('is passed on by a proxy that keeps a copy', async () => {
    const upstream = open(withTrailers);
    const copies: Promise<string>[] = [];
    const client = open(async () => {
      const response = await upstream.fetch('/');
      copies.push(response.clone().text());
      return proxyResponse(response);
    });
    const response = await client.fetch('/');
    expect([await response.text(), (await trailersOf(response)).get('x-end')]).toEqual(['text', '1']);
    expect(await Promise.all(copies)).toEqual(['text']);
  });

  it('is read beside its clone, by any of the ways', async () => {
    const client = open(async (request) => {
      const [once, twice] = [request.clone(), request.clone()];
      const own = (await collect(bodyOf(request))).text();
      return respond([own, await once.text(), new TextDecoder().decode(await twice.arrayBuffer())]);
    });
    const response = await client.fetch('/', { method: 'POST', body: '{"a":1} ' });
    const [json, blob] = [response.clone(), response.clone()];
    expect(await response.text()).toBe('{"a":1} '.repeat(3));
    await expect(json.json()).rejects.toMatchObject({ name: 'SyntaxError' });
    expect((await blob.blob()).size).toBe(24);
    expect(() => response.clone()).toThrow(/must not be used/);
  });

  it('cancels its source when nobody reads either', async () => {
    const source = countingSource({ chunkBytes: 1000 });
    const response = respond(body(source));
    const clone = response.clone();
    await Promise.all([response.body?.cancel('a'), clone.body?.cancel('b')]);
    expect(source.cancelled?.reason).toEqual(['a', 'b']);
    expect(source.pulls).toBe(0);
  });
});
