import { describe, expect, it } from '@jest/globals';
import { body, bytes, collect, limitBytes, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { read, sizes } from './reading.ts';

describe('limitBytes', () => {
  laws('limitBytes');

  it('a declared length over the limit errors before any pull', async () => {
    const source = Object.assign(countingSource({ chunkBytes: 10 }), { byteLength: 11 });
    const stream = pipe(source, limitBytes(10));
    expect(stream.byteLength).toBe(11);
    const { error } = await read(stream);
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 10, received: 11 });
    expect([source.pulls, source.cancelled?.reason]).toEqual([0, error]);
    expect(await stream.trailers.catch((e) => e)).toBe(error);
  });

  it('one that nobody reads is cancelled with the reason of the consumer', async () => {
    const source = Object.assign(countingSource({ chunkBytes: 10 }), { byteLength: 11 });
    await pipe(source, limitBytes(10)).cancel('left');
    expect([source.pulls, source.cancelled]).toEqual([0, { reason: 'left' }]);
  });

  it.each([false, true])('the chunk that passes it is dropped whole; async %p', async (async) => {
    const source = countingSource({ chunkBytes: 10, async });
    const { got, error } = await read(pipe(source, limitBytes(25)));
    expect(got).toEqual([10, 10]);
    expect(error).toMatchObject({ limit: 25, received: 30 });
    expect(source.cancelled?.reason).toBe(error);
    expect(source.pulls).toBe(3);
    expect(
      await bytes(pipe(countingSource({ chunkBytes: 10, totalBytes: 30 }), limitBytes(30))),
    ).toHaveLength(30);
  });

  it('a source that can not be cancelled changes nothing', async () => {
    for (const onExceed of ['error', 'truncate'] as const) {
      const cancel = () => {
        throw new Error('stuck');
      };
      const source = { pull: () => new Uint8Array(10), cancel };
      const { got, error } = await read(pipe(source, limitBytes(5, { onExceed })));
      if (onExceed === 'truncate') expect([got, error]).toEqual([[5], undefined]);
      else expect([got, error]).toMatchObject([[], { code: 'ERR_LIMIT_EXCEEDED' }]);
      const plain = await read(pipe({ pull: () => new Uint8Array(10) }, limitBytes(5, { onExceed })));
      expect(plain.got).toEqual(got);
    }
  });

  it.each([false, true])('truncate ends at the limit without another pull; async %p', async (async) => {
    for (const [limit, chunks, pulls] of [
      [25, [10, 10, 5], 3],
      [20, [10, 10], 2],
      [0, [], 0],
    ] as const) {
      const source = countingSource({ chunkBytes: 10, async });
      const stream = pipe(source, limitBytes(limit, { onExceed: 'truncate' }));
      expect(await sizes(stream)).toEqual(chunks);
      expect([source.pulls, source.cancelled]).toEqual([pulls, { reason: undefined }]);
      expect([...(await stream.trailers)]).toEqual([]);
    }
    const cut = countingSource({ chunkBytes: 10, async });
    const reader = pipe(cut, limitBytes(15, { onExceed: 'truncate' })).getReader();
    await reader.read();
    await reader.read();
    // The source hears with the last bytes, not when someone asks for more.
    expect(cut.cancelled).toBeDefined();
    await reader.cancel();
    const long = pipe('x'.repeat(50), limitBytes(20, { onExceed: 'truncate' }));
    expect([long.byteLength, (await collect(long)).bytes().byteLength]).toEqual([20, 20]);
  });

  it('truncate: no trailers of what was cut, those of what was not', async () => {
    const from = (byteLength?: number) => {
      const chunks = [new Uint8Array(2), new Uint8Array(2)];
      const trailers = () => new Headers({ 'x-sum': '1' });
      return { pull: () => chunks.shift() ?? null, byteLength, trailers };
    };
    for (const byteLength of [undefined, 4]) {
      const cut = await collect(pipe(from(byteLength), limitBytes(3, { onExceed: 'truncate' })));
      expect([cut.bytes().byteLength, [...cut.trailers]]).toEqual([3, []]);
      const whole = await collect(pipe(from(byteLength), limitBytes(5, { onExceed: 'truncate' })));
      expect([whole.bytes().byteLength, whole.trailers.get('x-sum')]).toEqual([4, '1']);
    }
    const exact = await collect(pipe(from(4), limitBytes(4, { onExceed: 'truncate' })));
    expect(exact.trailers.get('x-sum')).toBe('1');
  });

  it('fills the views of a BYOB reader', async () => {
    for (const onExceed of ['error', 'truncate'] as const) {
      const stream = body(
        pipe(countingSource({ chunkBytes: 10, totalBytes: 20 }), limitBytes(20, { onExceed })),
        { type: 'bytes' },
      );
      const reader = stream.getReader({ mode: 'byob' });
      const got: number[] = [];
      for (;;) {
        const { value, done } = await reader.read(new Uint8Array(7));
        if (done || !value) break;
        got.push(...value);
      }
      expect(got).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
  });

  it('truncate: a source that writes into the reader’s memory gets no more of it than is left', async () => {
    const views: number[] = [];
    const source = {
      pull: () => new Uint8Array(10),
      pullInto(view: Uint8Array) {
        views.push(view.byteLength);
        return view.fill(7).byteLength;
      },
    };
    const stream = body(pipe(source, limitBytes(10, { onExceed: 'truncate' })), { type: 'bytes' });
    const reader = stream.getReader({ mode: 'byob' });
    const first = await reader.read(new Uint8Array(8));
    const second = await reader.read(new Uint8Array(8));
    expect([first.value?.byteLength, second.value?.byteLength]).toEqual([8, 2]);
    expect(views).toEqual([8, 2]);
    expect((await reader.read(new Uint8Array(8))).done).toBe(true);
  });

  it('refuses bad arguments at the call', () => {
    for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => limitBytes(bad)).toThrow(RangeError);
    for (const bad of ['1', undefined, null, 1n]) expect(() => limitBytes(bad as never)).toThrow(TypeError);
    for (const onExceed of ['cut', null, 5])
      expect(() => limitBytes(1, { onExceed: onExceed as 'error' })).toThrow(TypeError);
  });
});
