import { describe, expect, it } from '@jest/globals';
import type { DenoServeInfo } from '../../adapters/deno/deno-api.ts';
import { toDenoHandler } from '../../adapters/deno/to-deno-handler.ts';
import { deferred } from '../../lib/body/deferred.ts';
import type { HandlerInfo } from '../../lib/http/mod.ts';

describe('toDenoHandler', () => {
  const ask = async (remoteAddr: DenoServeInfo['remoteAddr']) => {
    const infos: HandlerInfo[] = [];
    const over = deferred<void>();
    const native = { remoteAddr, completed: over.promise };
    const handler = toDenoHandler((_, info) => {
      infos.push(info);
      return new Response('abc');
    });
    const response = await handler(new Request('http://a.test/'), native);
    const [info] = infos;
    const seen: unknown[] = [];
    info?.completed.then(
      () => seen.push('completed'),
      (error) => seen.push(error.code, error.cause),
    );
    return { info, native, over, response, seen };
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('gives the address of the client, where it has one, and what Deno gives as native', async () => {
    const { info, native, response } = await ask({ transport: 'tcp', hostname: '10.0.0.1', port: 4 });
    expect([info?.remoteAddress, info?.native === native]).toEqual(['10.0.0.1', true]);
    expect(await response.text()).toBe('abc');
    expect((await ask({ transport: 'unix' })).info?.remoteAddress).toBeUndefined();
  });

  it('is complete when Deno says so, or is not', async () => {
    const fine = await ask({ transport: 'unix' });
    await turn();
    expect(fine.seen).toEqual([]);
    fine.over.resolve();
    await turn();
    expect(fine.seen).toEqual(['completed']);
    const lost = await ask({ transport: 'unix' });
    lost.over.reject('reset');
    await turn();
    expect(lost.seen).toEqual(['ERR_CONNECTION_LOST', 'reset']);
  });

  it('refuses what is no function at the call', () => {
    expect(() => toDenoHandler({} as never)).toThrow(TypeError);
  });
});
