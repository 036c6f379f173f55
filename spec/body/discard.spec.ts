import { describe, expect, it } from '@jest/globals';
import { discard } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

describe('discard', () => {
  it('drops to the end', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 35 });
    expect(await discard(source)).toBe(35);
    expect(source.cancelled).toBeUndefined();
  });

  it.each([
    [0, 0, 0],
    [1, 1, 10],
    [10, 1, 10],
    [11, 2, 20],
  ])('with the limit %d pulls %d times, drops %d and cancels', async (limit, pulls, dropped) => {
    const source = countingSource({ chunkBytes: 10 });
    expect(await discard(source, { limit })).toBe(dropped);
    expect([source.pulls, source.cancelled]).toEqual([pulls, { reason: undefined }]);
  });

  it('fails with what the body fails with', async () => {
    const failure = new Error('broke');
    const failed = discard({
      pull: () => {
        throw failure;
      },
    });
    expect(await failed.catch((e) => e)).toBe(failure);
  });
});
