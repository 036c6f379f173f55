import { describe, expect, it } from '@jest/globals';
import { idleTimeout, pipe } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { manual } from './manual.ts';
import { outcome } from './reading.ts';
import { timeoutLaws } from './timeout-laws.ts';

describe('idleTimeout', () => {
  laws('idleTimeout');
  timeoutLaws(idleTimeout, { counts: false });

  it('a consumer that sleeps never trips it; a source that does, does', async () => {
    const clock = virtualClock();
    const { source, give, reasons } = manual();
    const reader = pipe(source, idleTimeout(100, { clock })).getReader();
    await clock.advance(1000);
    for (let i = 0; i < 3; i++) {
      const read = outcome(reader.read());
      await clock.advance(99);
      give(1);
      await clock.advance(0);
      expect(read.value).toMatchObject({ done: false });
      expect(clock.pending).toBe(0);
      await clock.advance(1000);
    }
    const read = outcome(reader.read());
    await clock.advance(100);
    expect(read.error).toMatchObject({ name: 'TimeoutError', code: 'ERR_IDLE_TIMEOUT', timeout: 100 });
    expect(reasons).toEqual([read.error]);
    expect(reasons[0]).toBe(read.error);
    expect(clock.pending).toBe(0);
  });

  it('what comes too late is dropped, and the error stays', async () => {
    const clock = virtualClock();
    const seen = manual();
    const stream = pipe(seen.source, idleTimeout(100, { clock }));
    const reader = stream.getReader();
    const read = outcome(reader.read());
    await clock.advance(100);
    seen.give(5);
    await clock.advance(0);
    expect(await reader.read().catch((e) => e)).toBe(read.error);
    expect([stream.stats.delivered, seen.pulls]).toEqual([0, 1]);
    expect(await stream.trailers.catch((e) => e)).toBe(read.error);
  });

  it('a source that answers at once sets no timer', async () => {
    const clock = virtualClock();
    const reader = pipe(countingSource({ chunkBytes: 1 }), idleTimeout(100, { clock })).getReader();
    for (let reads = 0; reads < 5; reads++) {
      await reader.read();
      expect(clock.pending).toBe(0);
    }
    await reader.cancel();
  });

  it('empty chunks count as none: the read still waits', async () => {
    const clock = virtualClock();
    const gives: (() => void)[] = [];
    const source = { pull: () => new Promise<Uint8Array>((go) => gives.push(() => go(new Uint8Array(0)))) };
    const read = outcome(pipe(source, idleTimeout(100, { clock })).getReader().read());
    for (let ms = 0; ms < 100; ms += 60) {
      await clock.advance(60);
      gives.pop()?.();
      await clock.advance(0);
    }
    expect(read.error).toMatchObject({ code: 'ERR_IDLE_TIMEOUT' });
  });
});
