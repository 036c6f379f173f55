import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { bytes, deadline, pipe } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { manual } from './manual.ts';
import { outcome } from './reading.ts';

describe('deadline', () => {
  laws('deadline');

  it('is for the whole body, pauses included, read or not', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, deadline(100, { clock })).getReader();
    for (let i = 0; i < 9; i++) {
      await reader.read();
      await clock.advance(11);
    }
    expect(source.cancelled).toBeUndefined();
    await clock.advance(1);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_DEADLINE', timeout: 100 });
    expect(await reader.read().catch((e) => e)).toBe(source.cancelled?.reason);
  });

  it('takes a Date, also one in the past or far away', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10, totalBytes: 20 });
    await expect(bytes(pipe(source, deadline(new Date(0), { clock })))).rejects.toMatchObject({
      code: 'ERR_DEADLINE',
    });
    expect(source.pulls).toBe(0);
    const far = pipe(countingSource({ chunkBytes: 10, totalBytes: 20 }), deadline(new Date(8e15), { clock }));
    await clock.advance(2 ** 32);
    expect(await bytes(far)).toHaveLength(20);
    expect(await bytes(pipe('abc', deadline(Number.POSITIVE_INFINITY, { clock })))).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('a pending read rejects then and there; what comes late is dropped', async () => {
    const clock = virtualClock();
    const seen = manual();
    const stream = pipe(seen.source, deadline(100, { clock }));
    const read = outcome(stream.getReader().read());
    await clock.advance(99);
    expect(read.error).toBeUndefined();
    await clock.advance(1);
    expect(read.error).toMatchObject({ name: 'TimeoutError', code: 'ERR_DEADLINE', timeout: 100 });
    expect(seen.reasons).toEqual([read.error]);
    seen.give(5);
    await clock.advance(0);
    expect([stream.stats.delivered, await stream.trailers.catch((e) => e)]).toEqual([0, read.error]);
  });

  it('of 0, or less, is over before the first pull', async () => {
    for (const ms of [0, -5, Number.NEGATIVE_INFINITY]) {
      const source = countingSource({ chunkBytes: 10 });
      await expect(bytes(pipe(source, deadline(ms, { clock: virtualClock() })))).rejects.toMatchObject({
        code: 'ERR_DEADLINE',
        timeout: 0,
      });
      expect([source.pulls, source.cancelled]).toMatchObject([0, { reason: { code: 'ERR_DEADLINE' } }]);
    }
  });

  it('counts from the making of each pipe, not of the operator', async () => {
    const clock = virtualClock();
    const operator = deadline(100, { clock });
    await clock.advance(1000);
    for (let pipes = 0; pipes < 2; pipes++) {
      const read = outcome(pipe(manual().source, operator).getReader().read());
      await clock.advance(99);
      expect(read.error).toBeUndefined();
      await clock.advance(1);
      expect(read.error).toMatchObject({ code: 'ERR_DEADLINE' });
    }
  });

  it('is late also where timers never run', async () => {
    let now = 0;
    const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => {} };
    const source = countingSource({ chunkBytes: 1 });
    const reader = pipe(source, deadline(100, { clock })).getReader();
    await reader.read();
    now = 100;
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_DEADLINE' });
    expect(source.pulls).toBe(1);
  });

  it('refuses what is no time at the call', () => {
    expect(() => deadline(Number.NaN)).toThrow(RangeError);
    expect(() => deadline(new Date(Number.NaN))).toThrow(RangeError);
    for (const bad of ['soon', undefined, null, {}])
      expect(() => deadline(bad as unknown as number)).toThrow(TypeError);
  });

  it('over random schedules: passes what comes in time, and fails the rest when the time is over, whoever is slow', async () => {
    const step = fc.record({ source: fc.integer({ min: 1, max: 20 }), consumer: fc.nat(20) });
    const plan = fc.record({
      steps: fc.array(step, { maxLength: 8 }),
      ms: fc.integer({ min: 1, max: 150 }),
      date: fc.boolean(),
    });
    const now = jest.spyOn(Date, 'now').mockReturnValue(999.5);
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, ms, date }) => {
        const clock = virtualClock();
        const cancels: unknown[] = [];
        let n = 0;
        const source = {
          pull: () =>
            new Promise<Uint8Array | null>((resolve) => {
              const wait = steps[n++]?.source;
              if (wait) clock.setTimeout(() => resolve(new Uint8Array(1)), wait);
              else resolve(null);
            }),
          cancel: (reason: unknown) => void cancels.push(reason),
        };
        // Half a millisecond more: nothing is due together with a chunk.
        const due = date ? new Date(1000 + ms) : ms + 0.5;
        const stream = pipe(source, deadline(due, { clock }));
        const reader = stream.getReader();
        let [seen, spent] = [0, 0];
        let error: { code?: string; timeout?: number } | undefined;
        for (const { source: wait, consumer } of steps) {
          await clock.advance(consumer);
          const read = reader.read().then(
            () => seen++,
            (reason) => {
              error = reason;
            },
          );
          await clock.advance(wait);
          await read;
          if (error) break;
          spent += wait + consumer;
        }
        if (error) {
          expect(error.code).toBe('ERR_DEADLINE');
          expect(Math.abs((error.timeout ?? 0) - ms)).toBeLessThan(1);
          expect(cancels).toEqual([error]);
          expect(await reader.read().catch((again) => again)).toBe(error);
        } else {
          expect([seen, cancels]).toEqual([steps.length, []]);
          expect((await reader.read()).done).toBe(true);
        }
        const inTime = steps.findIndex((_, i) => {
          const until = steps.slice(0, i + 1).reduce((sum, { source: a, consumer: b }) => sum + a + b, 0);
          return until > ms + 0.5;
        });
        expect(seen).toBe(inTime < 0 ? steps.length : inTime);
        expect(spent).toBeLessThanOrEqual(ms);
      }),
    );
    now.mockRestore();
  });
});
