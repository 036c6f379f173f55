import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Operator, pipe } from '../../lib/mod.ts';
import type { TimedOptions } from '../../lib/operators/timer.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

/** What holds for a timeout that starts anew with each chunk. `counts`: the time in which nobody reads does too. */
export function timeoutLaws(
  timeout: (ms: number, options?: TimedOptions) => Operator<Uint8Array, Uint8Array>,
  { counts }: { counts: boolean },
): void {
  it('refuses a time out of range at the call', () => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])
      expect(() => timeout(bad)).toThrow(RangeError);
    for (const bad of ['1', undefined, null, 1n, new Date()])
      expect(() => timeout(bad as unknown as number)).toThrow(TypeError);
    expect(() => timeout(2 ** 31 - 1)).not.toThrow();
    expect(() => timeout(0.5)).not.toThrow();
  });

  describe('over random schedules', () => {
    it('fails at the first wait that is too long, and never before', async () => {
      const gap = fc.record({ source: fc.integer({ min: 1, max: 20 }), consumer: fc.nat(20) });
      await fc.assert(
        fc.asyncProperty(fc.array(gap, { maxLength: 8 }), async (gaps) => {
          const clock = virtualClock();
          const timers = new Set<unknown>();
          const watched = {
            now: () => clock.now(),
            setTimeout(callback: () => void, ms: number) {
              const handle: unknown = clock.setTimeout(() => {
                timers.delete(handle);
                callback();
              }, ms);
              timers.add(handle);
              return handle;
            },
            clearTimeout(handle: unknown) {
              timers.delete(handle);
              clock.clearTimeout(handle);
            },
          };
          const cancels: unknown[] = [];
          let n = 0;
          const source = {
            pull: () =>
              new Promise<Uint8Array | null>((resolve) => {
                const step = gaps[n++];
                if (step) clock.setTimeout(() => resolve(new Uint8Array(1)), step.source);
                else resolve(null);
              }),
            cancel: (reason: unknown) => void cancels.push(reason),
          };
          const reader = pipe(source, timeout(10.5, { clock: watched })).getReader();
          let seen = 0;
          let error: unknown;
          for (const step of gaps) {
            await clock.advance(step.consumer);
            const read = reader.read().then(
              () => seen++,
              (reason) => {
                error = reason;
              },
            );
            await clock.advance(step.source);
            await read;
            if (error) break;
          }
          const long = ({ source: wait, consumer }: (typeof gaps)[number]): boolean =>
            wait + (counts ? consumer : 0) > 10.5;
          const first = gaps.findIndex(long);
          expect(seen).toBe(first < 0 ? gaps.length : first);
          expect(cancels).toEqual(first < 0 ? [] : [error]);
          if (first < 0) expect((await reader.read()).done).toBe(true);
          expect(timers.size).toBe(0);
        }),
      );
    });
  });
}
