import { describe, expect, it } from '@jest/globals';
import { body, bytes, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

describe('collect', () => {
  it('gives bytes, text without a byte order mark, and JSON; the same array each time', async () => {
    const whole = await collect(['\u{feff}{"a":', '"é"}']);
    expect(whole.text()).toBe('{"a":"é"}');
    expect(whole.json()).toEqual({ a: 'é' });
    expect(whole.bytes()).toBe(whole.bytes());
    expect(whole.bytes().byteLength).toBe(13);
    expect([...whole.trailers]).toEqual([]);
  });

  it.each([0, 1, 7, 100])('holds %d bytes in memory of exactly that size', async (totalBytes) => {
    for (const byteLength of [undefined, totalBytes]) {
      const all = await bytes(body(countingSource({ chunkBytes: 3, totalBytes }), { byteLength }));
      expect(all.buffer.byteLength).toBe(totalBytes);
      expect([...all]).toEqual(Array.from({ length: totalBytes }, (_, i) => i));
    }
  });

  it('takes exactly the limit, and fails on one byte more with the chunk that passes it', async () => {
    expect((await bytes(countingSource({ chunkBytes: 5, totalBytes: 10 }), { limit: 10 })).length).toBe(10);
    const source = countingSource({ chunkBytes: 5, totalBytes: 11 });
    const error = await collect(source, { limit: 10 }).catch((e) => e);
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 10, received: 11 });
    expect(source.cancelled?.reason).toBe(error);
    expect(source.pulls).toBe(3);
  });

  it('fails on a declared length over the limit without a pull', async () => {
    const source = countingSource({ chunkBytes: 5, totalBytes: 11 });
    const error = await collect(body(source, { byteLength: 11 }), { limit: 10 }).catch((e) => e);
    expect(error).toMatchObject({ limit: 10, received: 11 });
    expect([source.pulls, source.cancelled?.reason]).toEqual([0, error]);
  });

  it('rejects at once when the signal of the body aborts, also while a pull is pending', async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const stream = body(
      { pull: () => new Promise(() => {}), cancel: (reason) => void reasons.push(reason) },
      { signal: controller.signal },
    );
    const collected = collect(stream);
    const reason = new Error('stop');
    controller.abort(reason);
    expect(await collected.catch((e) => e)).toBe(reason);
    expect(reasons).toEqual([reason]);
  });

  it('refuses a bad limit', async () => {
    await expect(collect('x', { limit: -1 })).rejects.toThrow(RangeError);
    await expect(collect('x', { limit: '1' as unknown as number })).rejects.toThrow(TypeError);
  });

  it('leaves errors of JSON to the caller', async () => {
    const whole = await collect('{');
    expect(() => whole.json()).toThrow(SyntaxError);
  });
});
