import { describe, expect, it } from '@jest/globals';
import type { BodyCore } from '../../lib/body/body-core.ts';
import { respond } from '../../lib/http/mod.ts';
import { takeBody } from '../../lib/http/take-body.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const response = (from: BodyInit | null = null): Response => new Response(from);

describe('takeBody', () => {
  it('bytes and text are not made a stream of', () => {
    const bytes = new Uint8Array(3);
    expect([takeBody(response(), bytes), takeBody(response(), null)]).toEqual([bytes, null]);
    expect(takeBody(response(), bytes)).toBe(bytes);
    expect(takeBody(response(), 'é')).toEqual(new TextEncoder().encode('é'));
    expect(takeBody(response(), '')).toEqual(new Uint8Array(0));
  });

  it('of a message that is not ours it is its own, and a body is its length', async () => {
    expect(takeBody(response(), undefined)).toBeNull();
    const plain = takeBody(response('abc'), undefined) as BodyCore;
    expect(Buffer.from((await plain.pull()) ?? []).toString()).toBe('abc');
    const ours = takeBody(response(body('abc')), undefined) as BodyCore;
    expect(ours.byteLength).toBe(3);
  });

  it('is taken once of a message; the second time it is cancelled with the error', () => {
    const source = countingSource({ chunkBytes: 1 });
    const message = respond(body(source));
    const stream = body(source);
    takeBody(message, stream);
    const second = body(source);
    expect(() => takeBody(message, second)).toThrow(TypeError);
    expect(source.cancelled?.reason).toBeInstanceOf(TypeError);
  });

  it.each([
    ['that was read', 3],
    ['of known length of which some was read', 1],
    ['that was cancelled', 0],
  ])('one %s is not sent as if it were whole', async (_, reads) => {
    const stream = body({ ...countingSource({ chunkBytes: 3, totalBytes: 6 }), byteLength: 6 });
    const reader = stream.getReader();
    for (let n = 0; n < reads; n++) await reader.read();
    if (reads === 0) await reader.cancel();
    reader.releaseLock();
    expect(() => takeBody(response(), stream)).toThrow('its body must not be used');
  });

  it('one of unknown length goes on from where it was read to', async () => {
    const stream = body(countingSource({ chunkBytes: 3, totalBytes: 6 }));
    const reader = stream.getReader();
    await reader.read();
    reader.releaseLock();
    expect([...((await (takeBody(response(), stream) as BodyCore).pull()) ?? [])]).toEqual([3, 4, 5]);
  });

  it('a message whose body was used by someone else is refused', async () => {
    const message = response('abc');
    await message.text();
    expect(() => takeBody(message, undefined)).toThrow(TypeError);
  });

  it('one that is locked is left to who reads it', () => {
    const source = countingSource({ chunkBytes: 3 });
    const stream = body(source);
    stream.getReader();
    expect(() => takeBody(response(), stream)).toThrow(TypeError);
    expect(source.cancelled).toBeUndefined();
  });
});
