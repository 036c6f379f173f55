import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytes, pipe, throttle } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { laws } from './laws.ts';
import { manual } from './manual.ts';
import { outcome, turns } from './reading.ts';

describe('throttle', () => {
  laws('throttle');

  it('keeps the rate by not pulling', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 100 });
    const reader = pipe(source, throttle({ bytesPerSecond: 1000, burst: 250, clock })).getReader();
    let read = 0;
    const drain = (async () => {
      for (let r = await reader.read(); !r.done; r = await reader.read()) read += r.value.byteLength;
    })();
    await clock.advance(0);
    expect([read, source.bytes]).toEqual([300, 300]);
    for (let ms = 50; ms <= 5000; ms += 50) {
      await clock.advance(50);
      expect(read).toBe(source.bytes);
      expect(read).toBeLessThanOrEqual(250 + ms + 100);
      expect(read).toBeGreaterThanOrEqual(250 + ms - 1);
    }
    const cancelled = reader.cancel('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
    await cancelled;
    await drain;
    expect(clock.pending).toBe(0);
  });

  it('a pause fills the bucket up to burst only', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10, totalBytes: 1000 });
    const stream = pipe(source, throttle({ bytesPerSecond: 100, burst: 50, clock }));
    await clock.advance(100_000);
    outcome(bytes(stream));
    await clock.advance(0);
    expect(source.bytes).toBe(50);
  });

  it('a chunk that is larger than the bucket leaves a debt, which the next pull waits out', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 1000, totalBytes: 2000 });
    const reader = pipe(source, throttle({ bytesPerSecond: 1000, burst: 100, clock })).getReader();
    await reader.read();
    const second = outcome(reader.read());
    // 100 - 1000 + 901 = 1 byte.
    await clock.advance(900);
    expect([source.pulls, second.value]).toEqual([1, undefined]);
    await clock.advance(1);
    expect([source.pulls, second.value]).toMatchObject([2, { done: false }]);
    await reader.cancel();
  });

  it('one second’s worth may pass at once where no burst is given', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, throttle({ bytesPerSecond: 100, clock })).getReader();
    for (let reads = 0; reads < 10; reads++) await reader.read();
    expect(clock.now()).toBe(0);
    const read = outcome(reader.read());
    await clock.advance(9);
    expect(read.value).toBeUndefined();
    await clock.advance(1);
    expect(read.value).toBeDefined();
    await reader.cancel();
  });

  it('a slow source waits for no tokens', async () => {
    const clock = virtualClock();
    const seen = manual();
    const reader = pipe(seen.source, throttle({ bytesPerSecond: 10, burst: 1, clock })).getReader();
    for (let reads = 1; reads <= 3; reads++) {
      const read = outcome(reader.read());
      await clock.advance(0);
      expect(seen.pulls).toBe(reads);
      seen.give(1);
      await clock.advance(0);
      expect(read.value).toBeDefined();
      await clock.advance(100);
    }
    await reader.cancel();
  });

  it.each([false, true])('an error comes through, once the debt is waited out; async %p', async (async) => {
    const clock = virtualClock();
    const failure = new Error('broke');
    const source = broken([20], failure, async);
    const reader = pipe(source, throttle({ bytesPerSecond: 10, burst: 10, clock })).getReader();
    await reader.read();
    const read = outcome(reader.read());
    await clock.advance(5000);
    expect(read.error).toBe(failure);
    expect([clock.pending, source.reasons]).toEqual([0, []]);
  });

  it('a rate so low that no timer can wait for it is waited for by several', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 3_000_000, totalBytes: 6_000_000 });
    const reader = pipe(source, throttle({ bytesPerSecond: 1, clock })).getReader();
    await reader.read();
    const read = outcome(reader.read());
    await clock.advance(2 ** 31);
    expect([source.pulls, clock.pending]).toEqual([1, 1]);
    await clock.advance(3_000_000_001 - 2 ** 31);
    expect([source.pulls, read.value]).toMatchObject([2, { done: false }]);
    await reader.cancel();
    expect(clock.pending).toBe(0);
  });

  it('refuses rates out of range at the call', () => {
    for (const bad of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => throttle({ bytesPerSecond: bad })).toThrow(RangeError);
      expect(() => throttle({ bytesPerSecond: 1, burst: bad })).toThrow(RangeError);
    }
    expect(() => throttle({} as never)).toThrow(TypeError);
    expect(() => (throttle as () => unknown)()).toThrow(TypeError);
    expect(() => throttle({ bytesPerSecond: '5' as never })).toThrow(TypeError);
  });

  it('over random schedules: never lets more through than the rate and one chunk, and never holds back longer than it must', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1000, max: 4000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        async (chunks, bytesPerSecond, burst, pauses) => {
          const clock = virtualClock();
          const reader = pipe(
            chunks.map((size) => new Uint8Array(size)),
            throttle({ bytesPerSecond, burst, clock }),
          ).getReader();
          let read = 0;
          for (const [i, size] of chunks.entries()) {
            await clock.advance(pauses[i] ?? 0);
            let got = false;
            const next = reader.read().then(() => {
              got = true;
            });
            await turns(20);
            for (let ms = 0; !got; ms += 10) {
              // A debt of one chunk is the most that a pull waits out, and a timer counts whole milliseconds.
              expect(ms).toBeLessThanOrEqual(((500 + 1) * 1000) / bytesPerSecond + 10);
              await clock.advance(10);
              await turns(20);
            }
            await next;
            read += size;
            expect(read - size).toBeLessThan(burst + (clock.now() * bytesPerSecond) / 1000);
          }
          const end = reader.read();
          // The end waits out the last debt too.
          await clock.advance(1000);
          expect((await end).done).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});
