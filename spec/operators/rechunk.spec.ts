import { describe, expect, it, jest } from '@jest/globals';
import { bytes, pipe, rechunk } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { all, read, sizes, turn } from './reading.ts';

describe('rechunk', () => {
  laws('rechunk');

  it.each<[object, number[], number[]]>([
    [{ size: 3 }, [1, 1, 1, 1, 10], [3, 3, 3, 3, 2]],
    [{ size: 5 }, [5, 10, 2], [5, 5, 5, 2]],
    [{ size: 100 }, [5, 10, 2], [17]],
    [{ min: 4 }, [1, 1, 10, 2, 2, 1], [12, 4, 1]],
    [{ max: 4 }, [10, 1], [4, 4, 2, 1]],
    [{ min: 3, max: 4 }, [10, 1], [4, 4, 3]],
    [{ size: 4 }, [], []],
    [{ size: 4 }, [4], [4]],
  ])('%j of %j', async (options, from, to) => {
    for (const async of [false, true]) {
      let at = 0;
      // One buffer for all, as a source may.
      const buffer = new Uint8Array(16);
      const next = () => {
        const size = from[at++];
        return size === undefined ? null : buffer.subarray(0, size).fill(at);
      };
      const chunks: Uint8Array[] = [];
      const stream = pipe(
        { pull: () => (async ? Promise.resolve().then(next) : next()) },
        rechunk(options as { size: number }),
      );
      for await (const chunk of stream) chunks.push(chunk.slice());
      expect(chunks.map((chunk) => chunk.byteLength)).toEqual(to);
      expect(chunks.flatMap((chunk) => [...chunk])).toEqual(
        from.flatMap((size, i) => Array(size).fill(i + 1)),
      );
    }
  });

  it.each([false, true])('what it holds comes before an error; late: %p', async (late) => {
    const failure = new Error('broke');
    let n = 0;
    const pull = () => {
      if (n++ < 3) return new Uint8Array(2);
      throw failure;
    };
    const cancel = jest.fn<(reason: unknown) => void>();
    const source = { pull: () => (late ? turn().then(pull) : pull()), cancel };
    expect(await read(pipe(source, rechunk({ size: 4 })))).toEqual({ got: [4, 2], error: failure });
    expect([n, cancel.mock.calls]).toEqual([4, []]);
  });

  it('parts of a chunk are views of it; what is joined is not', async () => {
    const chunk = new Uint8Array(10);
    const parts = await all(pipe([chunk], rechunk({ size: 4 })));
    expect(parts.map(({ buffer }) => buffer === chunk.buffer)).toEqual([true, true, false]);
  });

  it('without sizes it changes nothing', async () => {
    const chunks = [new Uint8Array(1), new Uint8Array(3)];
    const parts = await all(pipe(chunks, rechunk()));
    expect(parts.map((part, i) => part.buffer === chunks[i]?.buffer)).toEqual([true, true]);
    expect(await sizes(pipe(chunks, rechunk({})))).toEqual([1, 3]);
  });

  it('gives a part of the chunk in hand without a pull', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, rechunk({ max: 3 })).getReader();
    for (const size of [3, 3, 3, 1]) {
      expect((await reader.read()).value).toHaveLength(size);
      expect(source.pulls).toBe(1);
    }
    await reader.cancel('left');
    expect(source.cancelled).toEqual({ reason: 'left' });
  });

  it('ten thousand one-byte chunks make one', async () => {
    for (const async of [false, true]) {
      const source = countingSource({ chunkBytes: 1, totalBytes: 10_000, async });
      expect(await sizes(pipe(source, rechunk({ size: 10_000 })))).toEqual([10_000]);
    }
    expect(await bytes(pipe('x'.repeat(10_000), rechunk({ size: 1 })))).toHaveLength(10_000);
  });

  it('refuses sizes out of range at the call', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => rechunk({ size: bad })).toThrow(RangeError);
      expect(() => rechunk({ min: bad })).toThrow(RangeError);
      expect(() => rechunk({ max: bad })).toThrow(RangeError);
    }
    expect(() => rechunk({ min: 5, max: 4 })).toThrow(RangeError);
    expect(() => rechunk({ size: '5' as never })).toThrow(TypeError);
  });
});
