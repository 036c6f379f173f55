import { describe, expect, it } from '@jest/globals';
import { respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes } from '../../lib/mod.ts';

const make = () => body(['a', 'b'], { trailers: () => new Headers({ 'x-sum': '1' }) });

describe('trailersOf', () => {
  it('fulfils once the body was read, of a light message and of one that carries a BodyStream', async () => {
    for (const message of [respond(make()), new Response(make())]) {
      let told = false;
      const trailers = trailersOf(message).then((fields) => {
        told = true;
        return fields;
      });
      const stream = bodyOf(message);
      const reader = stream.getReader();
      await reader.read();
      await new Promise((resolve) => setImmediate(resolve));
      expect(told).toBe(false);
      reader.releaseLock();
      await bytes(stream);
      expect((await trailers).get('x-sum')).toBe('1');
    }
  });

  it('there are none of what has no body, of a clone, and of what Sluice does not know', async () => {
    for (const message of [
      respond(),
      new Response(null),
      new Response('a'),
      new Request('http://a.example/'),
    ])
      expect([...(await trailersOf(message))]).toEqual([]);
    const clone = respond(make()).clone();
    expect([...(await trailersOf(clone))]).toEqual([]);
  });

  it('rejects with what the body fails or is cancelled with, and is never unhandled', async () => {
    const failure = new Error('broke');
    const fails = respond({ pull: () => Promise.reject(failure), trailers: new Headers() });
    const trailers = trailersOf(fails);
    await fails.text().catch(() => {});
    expect(await trailers.catch((e) => e)).toBe(failure);
    const left = respond(make());
    void trailersOf(left);
    await left.body?.cancel(failure);
    expect(await trailersOf(left).catch((e) => e)).toBe(failure);
  });
});
