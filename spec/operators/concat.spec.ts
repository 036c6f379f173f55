import { describe, expect, it } from '@jest/globals';
import { body, concat } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { joinLaws } from './join-laws.ts';
import { read, turn } from './reading.ts';

describe('concat', () => {
  joinLaws(concat, { order: [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], ahead: 0 });

  it.each([false, true])('opens one when those before it have ended; async %p', async (async) => {
    const sources = [0, 1].map(() => countingSource({ chunkBytes: 5, totalBytes: 5, async }));
    const reader = concat(...sources).getReader();
    const pulls = async () => {
      await reader.read();
      await turn();
      return sources.map((source) => source.pulls);
    };
    expect(await pulls()).toEqual([1, 0]);
    expect(await pulls()).toEqual([2, 1]);
    expect(await pulls()).toEqual([2, 2]);
  });

  it.each([false, true])(
    'one that fails in the middle: what came before it is there; async %p',
    async (async) => {
      const failure = new Error('broke');
      const ended = countingSource({ chunkBytes: 3, totalBytes: 3, async });
      const last = countingSource({ chunkBytes: 1, async });
      const stream = concat(ended, broken([4], failure, async), last);
      expect(await read(stream)).toEqual({ got: [3, 4], error: failure });
      expect([ended.cancelled, last.cancelled?.reason, last.pulls]).toEqual([undefined, failure, 0]);
      expect(await stream.trailers.catch((e) => e)).toBe(failure);
    },
  );

  it('reads into the memory of a BYOB reader, one body after the other', async () => {
    const views: number[] = [];
    const source = (bytes: number) => ({
      pull: () => new Uint8Array(0),
      pullInto(view: Uint8Array) {
        views.push(view.byteLength);
        const size = Math.min(bytes, view.byteLength);
        bytes -= size;
        return size;
      },
    });
    const reader = body(concat(source(3), source(6)), { type: 'bytes' }).getReader({ mode: 'byob' });
    const got: number[] = [];
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(4));
      if (done) break;
      got.push(value.byteLength);
    }
    expect(got).toEqual([3, 4, 2]);
    expect(new Set(views)).toEqual(new Set([4]));
  });
});
