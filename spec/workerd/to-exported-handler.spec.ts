import { describe, expect, it } from '@jest/globals';
import { toExportedHandler } from '../../adapters/workerd/to-exported-handler.ts';
import { type HandlerInfo, respond } from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';

describe('toExportedHandler', () => {
  it('gives what workerd gives as native, and has the context wait', async () => {
    const infos: HandlerInfo[] = [];
    const errors: unknown[] = [];
    const { fetch } = toExportedHandler(
      (_, info) => {
        infos.push(info);
        info.waitUntil(Promise.reject('late'));
        return new Response('abc');
      },
      { onError: (error) => errors.push(error) },
    );
    const waits: Promise<unknown>[] = [];
    const env = {};
    const ctx = { waitUntil: (promise: Promise<unknown>) => void waits.push(promise) };
    expect(await (await fetch(new Request('https://a.test/'), env, ctx)).text()).toBe('abc');
    expect([infos[0]?.encrypted, infos[0]?.native, waits.length]).toEqual([true, { env, ctx }, 1]);
    await expect(waits[0]).rejects.toBe('late');
    expect(errors).toEqual(['late']);
  });

  it('a body of known length goes out as one of which workerd knows it', async () => {
    const { fetch } = toExportedHandler(() => respond(body('abc')));
    const native = globalThis.ReadableStream;
    const known: unknown[] = [];
    globalThis.ReadableStream = new Proxy(native, {
      construct(target, given) {
        if (given[0]?.expectedLength !== undefined) known.push(given[0].expectedLength);
        return Reflect.construct(target, given);
      },
    });
    const response = await fetch(new Request('https://a.test/'), {}, { waitUntil: () => {} });
    globalThis.ReadableStream = native;
    expect([known, response.headers.get('content-length'), await response.text()]).toEqual([[3], '3', 'abc']);
  });

  it('refuses what is no function at the call', () => {
    expect(() => toExportedHandler({} as never)).toThrow(TypeError);
  });
});
