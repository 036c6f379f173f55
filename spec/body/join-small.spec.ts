import { describe, expect, it } from '@jest/globals';
import { ChunkQueue } from '../../lib/body/chunk-queue.ts';
import { joinSmall } from '../../lib/body/join-small.ts';

const queueOf = (...sizes: number[]): ChunkQueue => {
  const queue = new ChunkQueue();
  for (const [i, size] of sizes.entries()) queue.push(new Uint8Array(size).fill(i));
  return queue;
};
/** The sizes in which a queue is taken. */
const taken = (demand: number, ...sizes: number[]): number[] => {
  const queue = queueOf(...sizes);
  const got: number[] = [];
  for (let chunk = joinSmall(queue, demand); chunk; chunk = joinSmall(queue, demand))
    got.push(chunk.byteLength);
  return got;
};
const small = 16_384;

describe('joinSmall', () => {
  it.each<[number, number[], number[]]>([
    [65_536, [], []],
    [65_536, [5], [5]],
    [65_536, Array(1000).fill(1), [1000]],
    [100, Array(1000).fill(1), Array(10).fill(100)],
    [100, [60, 60], [60, 60]],
    [100, [60, 40, 1], [100, 1]],
    // The first is taken, however large.
    [100, [200, 1], [200, 1]],
    [1, [5, 5], [5, 5]],
    [65_536, [small, small, small, small, 1], [65_536, 1]],
    // What is not small stays alone.
    [65_536, [small + 1, 1], [small + 1, 1]],
    [65_536, [1, small + 1, 1], [1, small + 1, 1]],
  ])('%i wanted', (demand, sizes, expected) => {
    expect(taken(demand, ...sizes)).toEqual(expected);
  });

  it('joins in order, and gives one alone without a copy', () => {
    const queue = queueOf(2, 3);
    expect([...(joinSmall(queue, 100) ?? [])]).toEqual([0, 0, 1, 1, 1]);
    expect(queue.byteLength).toBe(0);
    const chunk = new Uint8Array(5);
    queue.push(chunk);
    expect(joinSmall(queue, 100) === chunk).toBe(true);
  });
});
