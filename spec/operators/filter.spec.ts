import { describe, expect, it } from '@jest/globals';
import { bytes, filter, lines, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { callbackLaws } from './callback-laws.ts';
import { laws } from './laws.ts';
import { all, sizes, turn } from './reading.ts';

describe('filter', () => {
  laws('filter');
  callbackLaws(filter);

  it.each([false, true])('leaves out what is not truthy, or promises it; async %p', async (async) => {
    for (const [gives, keeps] of [
      [undefined, 0],
      [null, 0],
      [0, 0],
      ['', 0],
      [1, 3],
      ['x', 3],
      [{}, 3],
    ] as const) {
      const source = countingSource({ chunkBytes: 10, totalBytes: 30 });
      const stream = pipe(
        source,
        filter(() => (async ? Promise.resolve(gives) : gives)),
      );
      expect(await sizes(stream)).toEqual(Array(keeps).fill(10));
      expect(source.cancelled).toBeUndefined();
    }
  });

  it('pulls on for what it left out, and only as long as someone reads', async () => {
    for (const async of [false, true]) {
      const source = countingSource({ chunkBytes: 1, async });
      let n = 0;
      const reader = pipe(
        source,
        filter(() => ++n % 5 === 0),
      ).getReader();
      for (let reads = 1; reads <= 4; reads++) {
        await reader.read();
        await turn();
        expect(source.pulls).toBe(5 * reads);
      }
      await reader.cancel();
    }
  });

  it('a hundred thousand chunks left out cost no stack', async () => {
    for (const async of [false, true]) {
      const source = countingSource({ chunkBytes: 1, totalBytes: 100_000, async });
      const never = filter(() => (async ? Promise.resolve(false) : false));
      expect(await bytes(pipe(source, never))).toHaveLength(0);
    }
  });

  it('a cancel while it leaves everything out stops the pulls', async () => {
    const source = countingSource({ chunkBytes: 1, async: true });
    const reader = pipe(
      source,
      filter(() => turn()),
    ).getReader();
    const read = reader.read();
    for (let n = 0; n < 3; n++) await turn();
    await reader.cancel('left');
    expect((await read).done).toBe(true);
    const { pulls } = source;
    await turn();
    expect([source.pulls, source.cancelled]).toEqual([pulls, { reason: 'left' }]);
  });

  it('values too', async () => {
    const stream = pipe(
      'a\n\nb\n',
      lines(),
      filter((line) => line),
    );
    expect(await all(stream)).toEqual(['a', 'b']);
  });
});
