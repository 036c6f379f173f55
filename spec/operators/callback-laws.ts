import { describe, expect, it } from '@jest/globals';
import { type Operator, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { manual } from './manual.ts';
import { turn } from './reading.ts';

/** What holds for a function that an operator calls for each chunk. What it returns in `true` lets the chunk pass. */
export function callbackLaws(make: (fn: () => unknown) => Operator<Uint8Array, unknown>): void {
  describe('the function', () => {
    it.each([false, true])(
      'what it throws fails the stream and cancels the source; async %p',
      async (async) => {
        const failure = new Error('no');
        let n = 0;
        const fn = () => {
          if (n++ < 1) return true;
          if (async) return Promise.reject(failure);
          throw failure;
        };
        const source = countingSource({ chunkBytes: 10, async });
        const reader = pipe(source, make(fn)).getReader();
        await reader.read();
        expect(await reader.read().catch((e) => e)).toBe(failure);
        expect([source.cancelled?.reason, source.pulls]).toEqual([failure, 2]);
      },
    );

    it('has to be one', () => {
      for (const bad of [5, null, undefined, {}, 'fn'])
        expect(() => make(bad as never)).toThrow(/as it must be a function/);
    });

    it('its promise is waited for: one call at a time, no pull meanwhile', async () => {
      let calls = 0;
      let go: (value: boolean) => void = () => {};
      const source = countingSource({ chunkBytes: 10 });
      const operator = make(() => {
        calls++;
        return new Promise((resolve) => {
          go = resolve;
        });
      });
      const reader = pipe(source, operator).getReader();
      for (let n = 1; n <= 3; n++) {
        let came = false;
        const read = reader.read().then(() => {
          came = true;
        });
        await turn();
        expect([calls, source.pulls, came]).toEqual([n, n, false]);
        go(true);
        await read;
      }
    });

    it('is not called for what comes after a cancel', async () => {
      let calls = 0;
      const seen = manual();
      const reader = pipe(
        seen.source,
        make(() => ++calls),
      ).getReader();
      const read = reader.read();
      await turn();
      await reader.cancel('left');
      seen.give(10);
      await read;
      await turn();
      expect(calls).toBe(0);
    });

    it('a cancel while it runs: nothing more is pulled, what it fails with late is nothing to anyone', async () => {
      let stop: (error: Error) => void = () => {};
      const source = countingSource({ chunkBytes: 10 });
      const operator = make(
        () =>
          new Promise((_, reject) => {
            stop = reject;
          }),
      );
      const reader = pipe(source, operator).getReader();
      const read = reader.read();
      await turn();
      const reason = { why: 'left' };
      const done = reader.cancel(reason);
      expect(source.cancelled?.reason).toBe(reason);
      stop(new Error('late'));
      expect((await read).done).toBe(true);
      await done;
      expect(source.pulls).toBe(1);
    });
  });
}
