import { describe, expect, it } from '@jest/globals';
import { knownBody } from '../../adapters/node/known-body.ts';
import type { HandlerInfo } from '../../lib/http/handler.ts';

const info = {} as HandlerInfo;
const request = new Request('http://a.test/');

describe('knownBody()', () => {
  it.each([
    ['text', 'hé'],
    ['bytes', new TextEncoder().encode('hé')],
    ['a buffer', new TextEncoder().encode('hé').buffer],
  ])('sends what Node made of %s with its status and fields', async (_name, from) => {
    const made = (): Response =>
      new Response(from, { status: 201, statusText: 'Yes', headers: { 'x-a': '1' } });
    for (const handler of [made, async () => made()]) {
      const response = await knownBody(handler)(request, info);
      expect([response.status, response.statusText, response.headers.get('x-a')]).toEqual([201, 'Yes', '1']);
      expect(response.headers.get('content-type')).toBe(made().headers.get('content-type'));
      expect(await response.text()).toBe('hé');
    }
  });

  it('leaves alone what has a stream, no body, or a body that was read', async () => {
    const used = new Response('x');
    await used.text();
    const locked = new Response('x');
    locked.body?.getReader();
    const streamed = new Response(new ReadableStream());
    for (const response of [used, locked, streamed, new Response(), Response.error(), undefined, null])
      expect(knownBody(() => response as Response)(request, info)).toBe(response);
  });

  it('gives both a clone and what it was made of', async () => {
    const response = new Response('twice');
    const clone = response.clone();
    expect(await (await knownBody(() => response)(request, info)).text()).toBe('twice');
    expect(await clone.text()).toBe('twice');
  });
});
