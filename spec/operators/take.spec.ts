import { describe, expect, it } from '@jest/globals';
import { body, bytes, collect, lines, type Operator, pipe, take } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { all, sizes } from './reading.ts';

describe('take', () => {
  laws('take');

  it.each([false, true])(
    'ends with the last one, and cancels the source together with it; async %p',
    async (async) => {
      for (const n of [0, 1, 3]) {
        const source = countingSource({ chunkBytes: 10, async });
        expect(await sizes(pipe(source, take(n)))).toEqual(Array(n).fill(10));
        expect([source.pulls, source.cancelled]).toEqual([n, { reason: undefined }]);
      }
      const source = countingSource({ chunkBytes: 10, async });
      const reader = pipe(source, take(1)).getReader();
      await reader.read();
      expect(source.cancelled).toBeDefined();
      await reader.cancel();
    },
  );

  it('of 0 cancels the source at the first read, and not before', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const stream = pipe(source, take(0));
    expect(source.cancelled).toBeUndefined();
    expect(await bytes(stream)).toHaveLength(0);
    expect([source.pulls, source.cancelled]).toEqual([0, { reason: undefined }]);
  });

  it('a body that is shorter keeps its trailers; one that was cut has none', async () => {
    const from = () => body(['a', 'b'], { trailers: new Headers({ 'x-sum': '1' }) });
    const whole = await collect(pipe(from(), take(3)));
    expect([whole.text(), whole.trailers.get('x-sum')]).toEqual(['ab', '1']);
    const cut = await collect(pipe(from(), take(1)));
    expect([cut.text(), [...cut.trailers]]).toEqual(['a', []]);
  });

  it('does not count empty chunks that an operator made', async () => {
    const empties: Operator<Uint8Array, Uint8Array> = (source) => {
      let n = 0;
      return { pull: (demand) => (n++ % 2 ? source.pull(demand) : new Uint8Array(0)) };
    };
    expect(await sizes(pipe(countingSource({ chunkBytes: 10 }), empties, take(2)))).toEqual([10, 10]);
  });

  it('counts values, whatever they hold', async () => {
    const values = [null, { byteLength: 0 }, new DataView(new ArrayBuffer(0)), undefined, 0, {}];
    const of = async function* () {
      yield* [{}, ...values];
    };
    for (let n = 0; n <= values.length; n++) {
      const got = await all(pipe([{}, ...values], take(n)) as ReadableStream<unknown>);
      expect(got).toHaveLength(n);
    }
    expect(await all(pipe(of, take(3)))).toHaveLength(3);
    expect(await all(pipe('a\nb\nc\n', lines(), take(2)))).toEqual(['a', 'b']);
  });

  it('refuses what is no count at the call', () => {
    for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => take(bad)).toThrow(RangeError);
    for (const bad of ['1', undefined, null]) expect(() => take(bad as never)).toThrow(TypeError);
  });
});
