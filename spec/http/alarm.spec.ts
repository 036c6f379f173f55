import { describe, expect, it } from '@jest/globals';
import { Alarm } from '../../lib/http/alarm.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

/** A clock that counts the timers that are set. */
function counted() {
  const clock = virtualClock();
  const seen = {
    clock: {
      now: clock.now,
      setTimeout(callback: () => void, ms: number) {
        seen.timers++;
        return clock.setTimeout(callback, ms);
      },
      clearTimeout: clock.clearTimeout,
    },
    timers: 0,
    advance: clock.advance,
    pending: () => clock.pending,
  };
  return seen;
}

describe('Alarm', () => {
  it('rings once, at its time', async () => {
    const { clock, advance, pending } = counted();
    const alarm = new Alarm(clock);
    let rang = 0;
    alarm.set(100, () => rang++);
    await advance(99);
    expect(rang).toBe(0);
    await advance(1);
    await advance(1000);
    expect([rang, pending()]).toEqual([1, 0]);
  });

  it('one that is cleared does not ring, and one set again rings at the last time and for the last one', async () => {
    const { clock, advance } = counted();
    const alarm = new Alarm(clock);
    const rang: [string, number][] = [];
    const ring = (name: string) => () => rang.push([name, clock.now()]);
    alarm.set(100, ring('a'));
    alarm.clear();
    await advance(200);
    expect(rang).toEqual([]);
    alarm.set(100, ring('b'));
    await advance(50);
    alarm.set(100, ring('c'));
    await advance(99);
    expect(rang).toEqual([]);
    await advance(1);
    expect(rang).toEqual([['c', 350]]);
    alarm.set(100, ring('d'));
    alarm.set(10, ring('e'));
    await advance(200);
    expect(rang.slice(1)).toEqual([['e', 360]]);
  });

  it('a thousand times set and cleared cost one timer', async () => {
    const seen = counted();
    const alarm = new Alarm(seen.clock);
    for (let n = 0; n < 1000; n++) {
      alarm.set(1000, () => {});
      alarm.clear();
    }
    expect([seen.timers, seen.pending()]).toEqual([1, 1]);
    await seen.advance(1000);
    expect([seen.timers, seen.pending()]).toEqual([1, 0]);
  });

  it('may be set where it rings', async () => {
    const { clock, advance } = counted();
    const alarm = new Alarm(clock);
    const at: number[] = [];
    const ring = (): void => {
      at.push(clock.now());
      if (at.length < 3) alarm.set(10, ring);
    };
    alarm.set(10, ring);
    await advance(100);
    expect(at).toEqual([10, 20, 30]);
  });

  it('leaves no timer once it is stopped, and may be used again', async () => {
    const { clock, advance, pending } = counted();
    const alarm = new Alarm(clock);
    let rang = 0;
    alarm.set(100, () => rang++);
    alarm.stop();
    alarm.stop();
    expect(pending()).toBe(0);
    alarm.set(50, () => rang++);
    await advance(100);
    expect([rang, pending()]).toEqual([1, 0]);
  });

  it('of 0 rings at once', async () => {
    const { clock, advance } = counted();
    let rang = 0;
    new Alarm(clock).set(0, () => rang++);
    await advance(0);
    expect(rang).toBe(1);
  });
});
