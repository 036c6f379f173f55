import { describe, expect, it } from '@jest/globals';
import { virtualClock } from '../../lib/testing/mod.ts';

describe('virtualClock', () => {
  it('runs what falls due, in order of time and then of setting, at its time', async () => {
    const clock = virtualClock();
    const ran: [string, number][] = [];
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 10],
      ['d', 31],
    ] as const)
      clock.setTimeout(() => ran.push([name, clock.now()]), ms);
    await clock.advance(30);
    expect(ran).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 30],
    ]);
    expect([clock.now(), clock.pending]).toEqual([30, 1]);
  });

  it('a timer set by a timer falls due in the same advance', async () => {
    const clock = virtualClock();
    let at = 0;
    clock.setTimeout(() => clock.setTimeout(() => (at = clock.now()), 5), 5);
    await clock.advance(10);
    expect(at).toBe(10);
  });

  it('lets promises settle between timers', async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    clock.setTimeout(async () => {
      await null;
      seen.push('settled');
    }, 1);
    clock.setTimeout(() => seen.push('second'), 2);
    await clock.advance(2);
    expect(seen).toEqual(['settled', 'second']);
  });

  it('never goes back: not by a time that is none, nor by two who advance it at once', async () => {
    const clock = virtualClock();
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(clock.advance(ms)).rejects.toThrow(RangeError);
    await Promise.all([clock.advance(10), clock.advance(5)]);
    expect(clock.now()).toBe(10);
  });

  it('a timer without a time falls due at once', async () => {
    const clock = virtualClock();
    let ran = false;
    clock.setTimeout(() => {
      ran = true;
    }, Number.NaN);
    await clock.advance(0);
    expect(ran).toBe(true);
  });

  it('a cleared timer does not run', async () => {
    const clock = virtualClock();
    const handle = clock.setTimeout(() => {
      throw new Error('ran');
    }, 1);
    clock.clearTimeout(handle);
    await clock.advance(10);
    expect(clock.pending).toBe(0);
  });
});
