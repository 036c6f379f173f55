import { describe, expect, it } from '@jest/globals';
import { pipe, stallTimeout } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { laws } from './laws.ts';
import { manual } from './manual.ts';
import { all, outcome } from './reading.ts';
import { timeoutLaws } from './timeout-laws.ts';

describe('stallTimeout', () => {
  laws('stallTimeout');
  timeoutLaws(stallTimeout, { counts: true });

  it('trips while no one reads, at once: the source hears, the next read throws', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, stallTimeout(100, { clock })).getReader();
    await reader.read();
    await clock.advance(99);
    await reader.read();
    await clock.advance(99);
    expect(source.cancelled).toBeUndefined();
    await clock.advance(1);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_STALL_TIMEOUT', timeout: 100 });
    expect(await reader.read().catch((e) => e)).toBe(source.cancelled?.reason);
    expect([source.pulls, clock.pending]).toEqual([2, 0]);
  });

  it('trips while a read waits, and for a body that no one begins to read', async () => {
    const clock = virtualClock();
    const { source, reasons } = manual();
    const read = outcome(pipe(source, stallTimeout(100, { clock })).getReader().read());
    const unread = countingSource({ chunkBytes: 1 });
    pipe(unread, stallTimeout(100, { clock }));
    await clock.advance(100);
    expect(read.error).toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
    expect(reasons).toEqual([read.error]);
    expect([unread.pulls, unread.cancelled?.reason]).toMatchObject([0, { code: 'ERR_STALL_TIMEOUT' }]);
  });

  it('is late also where timers never run', async () => {
    let now = 0;
    const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => {} };
    const source = countingSource({ chunkBytes: 1 });
    const reader = pipe(source, stallTimeout(100, { clock })).getReader();
    await reader.read();
    now = 101;
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
  });

  it('does not wait for a source that is slow to be cancelled', async () => {
    const clock = virtualClock();
    const source = { pull: () => new Promise<never>(() => {}), cancel: () => new Promise<void>(() => {}) };
    const read = outcome(pipe(source, stallTimeout(100, { clock })).getReader().read());
    await clock.advance(100);
    expect(read.error).toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
  });

  it('is over with the end of the body', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10, totalBytes: 20 });
    expect(await all(pipe(source, stallTimeout(100, { clock })))).toHaveLength(2);
    await clock.advance(1000);
    expect([clock.pending, source.cancelled]).toEqual([0, undefined]);
  });
});
