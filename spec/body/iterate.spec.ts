import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { body, iterate } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const count = async (chunks: AsyncIterable<Uint8Array>): Promise<number> => {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.byteLength;
  return bytes;
};

describe('iterate', () => {
  it('pulls nothing before the first turn of the loop, and one chunk for each', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const loop = iterate(source);
    expect(source.pulls).toBe(0);
    await loop.next();
    await loop.next();
    expect(source.pulls).toBe(2);
    await loop.return();
    expect(source.cancelled).toEqual({ reason: undefined });
  });

  it('cancels when the loop throws, and leaves no listener on the signal', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const { signal } = new AbortController();
    const stream = body(source);
    const failure = new Error('mine');
    const loop = async () => {
      for await (const _chunk of iterate(stream, { signal })) throw failure;
    };
    expect(await loop().catch((e) => e)).toBe(failure);
    expect(source.cancelled).toBeDefined();
    expect([stream.locked, getEventListeners(signal, 'abort').length]).toEqual([false, 0]);
  });

  it('preventCancel leaves the rest to be read', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 30 });
    const stream = body(source);
    for await (const _chunk of iterate(stream, { preventCancel: true })) break;
    expect(source.cancelled).toBeUndefined();
    expect(await count(iterate(stream))).toBe(20);
  });

  it('an aborted signal ends a pending read and cancels with its reason, preventCancel or not', async () => {
    for (const preventCancel of [false, true]) {
      const reasons: unknown[] = [];
      const stream = body({
        pull: () => new Promise(() => {}),
        cancel: (reason) => void reasons.push(reason),
      });
      const controller = new AbortController();
      const loop = count(iterate(stream, { signal: controller.signal, preventCancel }));
      const reason = new Error('stop');
      controller.abort(reason);
      expect(await loop.catch((e) => e)).toBe(reason);
      expect(reasons).toEqual([reason]);
      expect(stream.locked).toBe(false);
    }
  });

  it('a signal that was aborted before: no pull', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const failed = count(iterate(source, { signal: AbortSignal.abort('early') }));
    expect(await failed.catch((e) => e)).toBe('early');
    expect([source.pulls, source.cancelled]).toEqual([0, { reason: 'early' }]);
  });

  it('refuses mistakes at the call, and locks nothing then', () => {
    const stream = body('x');
    for (const signal of [5, {}, 'x'])
      expect(() => iterate(stream, { signal: signal as never })).toThrow(
        /^Cannot use signal as it must be an AbortSignal: received /,
      );
    expect(stream.locked).toBe(false);
    expect(() => iterate(5 as never)).toThrow(TypeError);
    iterate(stream);
    expect(stream.locked).toBe(true);
    expect(() => iterate(stream)).toThrow('locked');
  });

  it('return cancels before the first turn, with what it is given, and while a chunk is waited for', async () => {
    for (const waits of [false, true]) {
      const reasons: unknown[] = [];
      const stream = body({
        pull: () => new Promise(() => {}),
        cancel: (reason) => void reasons.push(reason),
      });
      const loop = iterate(stream);
      const next = waits ? loop.next() : undefined;
      const reason = {};
      expect(await loop.return(reason)).toEqual({ done: true, value: reason });
      expect(reasons).toEqual([reason]);
      expect(stream.locked).toBe(false);
      for (const after of [next ?? loop.next(), loop.next(), loop.return()])
        expect((await after).done).toBe(true);
    }
  });

  it('throws what the body fails with once, and is over then', async () => {
    const failure = new Error('broke');
    const stream = body({ pull: () => Promise.reject(failure) });
    const loop = iterate(stream);
    await expect(loop.next()).rejects.toBe(failure);
    expect([stream.locked, (await loop.next()).done]).toEqual([false, true]);
  });

  it('with preventCancel, return gives up a read that waits, and its chunk is for the next reader', async () => {
    let give = (_chunk: Uint8Array): void => {};
    const stream = body({ pull: () => new Promise<Uint8Array>((resolve) => void (give = resolve)) });
    const loop = iterate(stream, { preventCancel: true });
    const next = loop.next();
    await loop.return();
    expect((await next).done).toBe(true);
    const again = stream.getReader().read();
    give(new Uint8Array(3));
    expect((await again).value).toHaveLength(3);
  });
});
