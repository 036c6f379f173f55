import { describe, expect, it } from '@jest/globals';
import { toBunHandler } from '../../adapters/bun/to-bun-handler.ts';
import type { HandlerInfo } from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';

describe('toBunHandler', () => {
  const request = (): Request => new Request('http://a.test/');

  it('gives the address of the client, and the server as native', async () => {
    const infos: HandlerInfo[] = [];
    const handler = toBunHandler((_, info) => {
      infos.push(info);
      return new Response('abc');
    });
    const server = { requestIP: () => ({ address: '10.0.0.1' }) };
    expect(await (await handler(request(), server)).text()).toBe('abc');
    expect(infos).toMatchObject([{ remoteAddress: '10.0.0.1', encrypted: false }]);
    expect(infos[0]?.native).toBe(server);
  });

  it('after an upgrade, which takes the address away, there need be no response', async () => {
    const errors: unknown[] = [];
    let address: { address: string } | null = { address: '10.0.0.1' };
    const server = { requestIP: () => address };
    const none = () => undefined as unknown as Response;
    const handler = toBunHandler(none, { onError: (error) => errors.push(error) });
    expect((await handler(request(), server)).status).toBe(500);
    const upgrading = toBunHandler(() => {
      address = null;
      return none();
    });
    expect([await upgrading(request(), server), errors.length]).toEqual([undefined, 1]);
  });

  it('leaves HEAD to Bun, but for a body of ours, whose length Bun does not tell, and one that was used', async () => {
    const used = new Response('x');
    await used.text();
    const plain = new Response('hello');
    const ours = new Response(body(['a'], { byteLength: 1 }));
    const seen: unknown[] = [];
    for (const response of [plain, ours, used]) {
      const head = new Request('http://a.test/', { method: 'HEAD' });
      const answer = await toBunHandler(() => response)(head, { requestIP: () => null });
      seen.push([answer === response, answer.status, answer.headers.get('content-length')]);
    }
    expect(seen).toEqual([
      [true, 200, null],
      [false, 200, '1'],
      [false, 500, null],
    ]);
  });

  it('refuses what is no function at the call', () => {
    expect(() => toBunHandler({} as never)).toThrow(TypeError);
  });
});
