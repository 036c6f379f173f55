import { describe, expect, it } from '@jest/globals';
import { merge } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { joinLaws } from './join-laws.ts';
import { manual } from './manual.ts';
import { outcome, read, turn } from './reading.ts';

describe('merge', () => {
  joinLaws(merge, { order: [0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3], ahead: 1 });

  it('gives what comes first, and does not pull a slow body twice', async () => {
    let pulls = 0;
    let give: (chunk: Uint8Array) => void = () => {};
    const slow = {
      pull: () => {
        pulls++;
        return new Promise<Uint8Array | null>((resolve) => {
          give = resolve;
        });
      },
    };
    const reader = merge(slow, countingSource({ chunkBytes: 5, totalBytes: 15, async: true })).getReader();
    for (let i = 0; i < 3; i++) expect((await reader.read()).value).toHaveLength(5);
    const last = reader.read();
    await turn();
    expect(pulls).toBe(1);
    give(new Uint8Array(1));
    expect((await last).value).toHaveLength(1);
  });

  it('takes turns: one that always has something keeps no other from its turn', async () => {
    const sources = [0, 1, 2].map(() => countingSource({ chunkBytes: 2 }));
    const reader = merge(...sources).getReader();
    for (let reads = 1; reads <= 12; reads++) {
      await reader.read();
      const pulls = sources.map((source) => source.pulls);
      expect(Math.max(...pulls) - Math.min(...pulls)).toBeLessThanOrEqual(1);
    }
    await reader.cancel();
  });

  it('what is held comes before the error of another', async () => {
    const failure = new Error('broke');
    const seen = [manual(), manual(), manual()];
    const stream = merge(...seen.map(({ source }) => source));
    const reader = stream.getReader();
    const first = outcome(reader.read());
    await turn();
    for (const one of seen.slice(0, 2)) one.give(3);
    seen[2]?.fail(failure);
    await turn();
    expect(first.value).toMatchObject({ done: false });
    expect((await reader.read()).value).toHaveLength(3);
    expect(await reader.read().catch((e) => e)).toBe(failure);
    expect(seen.map(({ reasons }) => reasons)).toEqual([[failure], [failure], []]);
  });

  it('one that ends early leaves the others their turns', async () => {
    const ends = countingSource({ chunkBytes: 1, totalBytes: 1, async: true });
    const goes = countingSource({ chunkBytes: 2, totalBytes: 6 });
    const { got, error } = await read(merge(ends, goes));
    expect([[...got].sort(), error]).toEqual([[1, 2, 2, 2], undefined]);
  });

  it('fails when the last that is open does', async () => {
    const failure = new Error('broke');
    const { got, error } = await read(merge('abc', broken([4], failure, true)));
    expect([[...got].sort(), error]).toEqual([[3, 4], failure]);
  });
});
