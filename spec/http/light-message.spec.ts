import { describe, expect, it } from '@jest/globals';
import * as whatwg from '@whatwg-node/fetch';
import type { FetchAPI } from '../../lib/http/fetch-api.ts';
import { respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf } from '../../lib/mod.ts';

/** What a light message and one of the runtime's have to agree on. */
const both = (text: string | null): [string, () => Response][] => [
  ['the runtime’s', () => new Response(text && new Blob([text]).stream())],
  ['a light one', () => respond(text && body([text]))],
];

describe.each(both('abc'))('a message with a body: %s', (_, make) => {
  const reads = ['text', 'arrayBuffer', 'blob', 'json'] as const;

  it.each(reads)('its body is used by %s(), once', async (name) => {
    const message = make();
    expect(message.bodyUsed).toBe(false);
    const reading = message[name]().catch((error) => error);
    expect(message.bodyUsed).toBe(true);
    await reading;
    for (const again of reads) expect(await message[again]().catch((e) => e.name)).toBe('TypeError');
    expect(() => message.clone()).toThrow();
  });

  it('one that was read in part, or cancelled, is used', async () => {
    for (const how of ['read', 'cancel', 'cancelled unread'] as const) {
      const message = make();
      const stream = message.body as ReadableStream<Uint8Array>;
      if (how === 'cancelled unread') await stream.cancel();
      else {
        const reader = stream.getReader();
        await reader.read();
        if (how === 'cancel') await reader.cancel();
        reader.releaseLock();
      }
      expect([how, message.bodyUsed]).toEqual([how, true]);
      expect(await message.text().catch((e) => e.name)).toBe('TypeError');
      expect(() => message.clone()).toThrow();
    }
  });

  it('one that is locked is not used, and can not be read otherwise', async () => {
    const message = make();
    const reader = message.body?.getReader();
    expect(message.bodyUsed).toBe(false);
    expect(await message.text().catch((e) => e.name)).toBe('TypeError');
    expect(() => message.clone()).toThrow();
    expect([message.type, message.redirected, message.bodyUsed]).toEqual(['default', false, false]);
    reader?.releaseLock();
    expect(await message.text()).toBe('abc');
  });

  it('has one stream', () => {
    const message = make();
    expect(message.body).toBe(message.body);
  });

  it('is read after its clone, and the clone without it', async () => {
    const message = make();
    const clone = message.clone();
    expect([await message.text(), await clone.text()]).toEqual(['abc', 'abc']);
    const again = make();
    expect(await again.clone().text()).toBe('abc');
    expect(await again.text()).toBe('abc');
  });
});

describe.each(both(null))('a message without a body: %s', (_, make) => {
  it('is read as often as one likes', async () => {
    const message = make();
    expect(message.body).toBeNull();
    for (let n = 0; n < 2; n++)
      expect([await message.text(), (await message.arrayBuffer()).byteLength, message.bodyUsed]).toEqual([
        '',
        0,
        false,
      ]);
    expect(await message.clone().text()).toBe('');
  });
});

describe('a light message', () => {
  it.each(['default', 'bytes'] as const)(
    'shares no memory with its clone; its body is of %s',
    async (type) => {
      const made = (): Response => respond(body(['ab', 'c'], { type }));
      for (const first of ['message', 'clone'] as const) {
        const message = made();
        const both = { message, clone: message.clone() };
        for await (const chunk of both[first].body ?? []) chunk.fill(0);
        expect(await both[first === 'clone' ? 'message' : 'clone'].text()).toBe('abc');
      }
    },
  );

  it('has the type that its headers tell when it is read', async () => {
    const message = respond('abc');
    expect(message.type).toBe('default');
    message.headers.set('content-type', 'text/x');
    expect((await message.blob()).type).toBe('text/x');
    const form = respond('a=b');
    form.headers.set('content-type', 'application/x-www-form-urlencoded');
    expect([...(await form.formData())]).toEqual([['a', 'b']]);
  });

  it('opens its body when it is asked for, and no sooner', async () => {
    let opened = 0;
    const from = {
      [Symbol.asyncIterator]: async function* () {
        opened++;
        yield 'abc';
      },
    };
    const response = respond(from);
    expect([response.status, response.ok, response.bodyUsed, opened]).toEqual([200, true, false, 0]);
    expect([await response.text(), opened]).toEqual(['abc', 1]);
  });

  it('keeps the length and the trailers of its body, also once the runtime’s own was made of it', async () => {
    const trailers = new Headers({ 'x-sum': '6' });
    const response = respond(body('abc', { trailers }));
    // Only the runtime knows its type.
    expect(response.type).toBe('default');
    expect(bodyOf(response).byteLength).toBe(3);
    const again = respond(body('abc', { trailers }));
    await again.text();
    expect((await trailersOf(again)).get('x-sum')).toBe('6');
  });

  it('that was used stays so when the runtime’s own has to be made of it', async () => {
    for (const api of [globalThis, whatwg as unknown as FetchAPI]) {
      const response = respond(body('abc'), {}, api);
      const { body: stream } = response;
      const reading = response.text();
      expect([response.redirected, response.bodyUsed]).toEqual([false, true]);
      expect(await reading).toBe('abc');
      expect([response.body === stream, response.bodyUsed]).toEqual([true, true]);
      await expect(response.blob()).rejects.toThrow();
      await expect(response.text()).rejects.toThrow(TypeError);
    }
  });

  it('what is no JSON, and what the body fails with', async () => {
    await expect(respond('{').json()).rejects.toMatchObject({ name: 'SyntaxError' });
    const failure = new Error('broke');
    const fails = respond({ pull: () => Promise.reject(failure) });
    expect(await fails.text().catch((e) => e)).toBe(failure);
    expect(fails.bodyUsed).toBe(true);
  });

  it('arrayBuffer() has the body’s bytes alone, whatever memory they came in', async () => {
    const large = new Uint8Array(100).fill(7);
    expect(new Uint8Array(await respond(large.subarray(3, 5)).arrayBuffer())).toEqual(Uint8Array.of(7, 7));
  });

  it('passes for the class of each brand, and for no other', () => {
    const api = whatwg as unknown as FetchAPI;
    expect(respond('a', {}, api)).toBeInstanceOf(api.Response);
    expect(respond('a', {}, api).constructor).toBe(api.Response);
    expect(respond('a')).toBeInstanceOf(Response);
    expect(respond('a')).not.toBeInstanceOf(Request);
  });
});
