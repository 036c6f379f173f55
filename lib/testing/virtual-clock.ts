import type { Clock } from '../body/clock.ts';
import { cannot } from '../errors/cannot.ts';

export interface VirtualClock extends Clock {
  /** Moves time by `ms` and runs what falls due, in order, letting promises settle before, between and after. @throws RangeError for less than 0. */
  advance(ms: number): Promise<void>;
  /** Timers that are set now. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is advanced.
 *
 * @example
 * ```ts
 * import { virtualClock } from 'sluice/testing';
 *
 * const clock = virtualClock();
 * clock.setTimeout(() => console.log('due at', clock.now()), 1000); // due at 1000
 * await clock.advance(5000);
 * ```
 */
export function virtualClock(): VirtualClock {
  let now = 0;
  const timers = new Set<Timer>();
  const next = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers)
      if (timer.at <= until && (first === undefined || timer.at < first.at)) first = timer;
    return first;
  };
  return {
    now: () => now,
    setTimeout(callback, ms) {
      const timer = { at: now + (ms > 0 ? ms : 0), callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout(handle) {
      timers.delete(handle as Timer);
    },
    get pending() {
      return timers.size;
    },
    async advance(ms) {
      if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
        throw cannot('advance a clock', 'the time must be a number of milliseconds from 0', ms, RangeError);
      const until = now + ms;
      await settle();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.callback();
        await settle();
      }
      // Who advances it at the same time may have come further.
      now = Math.max(now, until);
      await settle();
    },
  };
}

/** Lets promises that are ready run, and what they make ready, through one turn of the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
