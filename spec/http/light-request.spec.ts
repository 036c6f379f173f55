import { describe, expect, it } from '@jest/globals';
import { serve } from '../../adapters/node/mod.ts';
import { respond } from '../../lib/http/mod.ts';

describe('the light Request of a handler', () => {
  it('can be given as an init, and its clone wherever the class matters', async () => {
    const target = await serve(async (request) => respond(`${request.method} ${await request.text()}`), {
      hostname: '127.0.0.1',
    });
    const front = await serve(
      async (request, info) => {
        expect(request).toBeInstanceOf(Request);
        const clone = new URL(request.url).pathname === '/clone';
        const init = { method: request.method, body: await request.clone().text(), headers: { 'x-a': '1' } };
        const direct = clone ? new Request(target.url, request.clone()) : new Request(target.url, init);
        expect(info.protocol).toBe('http/1.1');
        return respond(await (await fetch(direct)).text());
      },
      { hostname: '127.0.0.1' },
    );
    for (const path of ['clone', 'init']) {
      const response = await fetch(`${front.url}${path}`, { method: 'PUT', body: 'sent' });
      expect(await response.text()).toBe('PUT sent');
    }
    front.abort();
    target.abort();
  });

  it('is what fetch(url, request) takes', async () => {
    const target = await serve(async (request) => respond(`${request.method} ${await request.text()}`), {
      hostname: '127.0.0.1',
    });
    const front = await serve(async (request) => respond(await (await fetch(target.url, request)).text()), {
      hostname: '127.0.0.1',
    });
    expect(await (await fetch(front.url, { method: 'POST', body: 'through' })).text()).toBe('POST through');
    front.abort();
    target.abort();
  });
});
