import type { FlowControl } from './flow-control.ts';
import type { ReceiveWindow } from './receive-window.ts';

/** Milliseconds between rounds when they bring nothing: first, and at most. */
const FIRST_DELAY = 100;
const LAST_DELAY = 10_000;
/** Rounds after a growth that follow at once. */
const GRACE = 4;
/** Rounds at once, and a second in the long run: a stream that stalls and goes on grows for ever, and peers bound PINGs. */
const BURST = 64;
const PER_SECOND = 20;

/** What a stream did in a round. */
interface Sample {
  bytes: number;
  /** Of the read under way, bytes that nobody could take yet. */
  read: number;
  fresh: number;
  /** The best bytes a millisecond that it reached, and its target then. */
  best: number;
  target: number;
}

/**
 * Finds the windows that fill the path, after hyper's `ping.rs`: a PING goes out with the first DATA of a burst, and what a stream receives until its
 * acknowledgement is one round trip's worth. A stream that fills two thirds of its window in it, is read, and got faster since its last growth, doubles.
 */
export class AdaptiveWindow {
  readonly #flow: FlowControl;
  readonly #samples = new WeakMap<ReceiveWindow, Sample>();
  /** Of the round under way. */
  readonly #active = new Map<ReceiveWindow, Sample>();
  #sentAt = 0;
  #rounds = BURST;
  #pending = false;
  #nextAt: number | undefined;
  #delay = 0;
  #read = 0;
  /** A window that grew shows only a round trip later: until then no change says nothing. */
  #grace = 0;

  constructor(flow: FlowControl) {
    this.#flow = flow;
  }

  /** Another read of the transport begins: what it brings can be taken only when it is over. */
  begin(): void {
    this.#read++;
  }

  /** DATA came. @param now - Milliseconds. @returns Whether to send a PING now. */
  received(window: ReceiveWindow, bytes: number, now: number): boolean {
    const start = !this.#pending;
    if (start) {
      const rounds = Math.min(BURST, this.#rounds + ((now - this.#sentAt) * PER_SECOND) / 1000);
      if (now < (this.#nextAt ?? now) || rounds < 1) return false;
      this.#rounds = rounds - 1;
      this.#pending = true;
      this.#sentAt = now;
      this.#active.clear();
    }
    const sample = this.#samples.get(window) ?? { bytes: 0, read: 0, fresh: 0, best: 0, target: 0 };
    if (!this.#active.has(window)) {
      sample.bytes = 0;
      this.#active.set(window, sample);
      this.#samples.set(window, sample);
    }
    sample.bytes += bytes;
    if (sample.read !== this.#read) sample.fresh = 0;
    sample.read = this.#read;
    sample.fresh += bytes;
    return start;
  }

  /** The PING was acknowledged; without one under way nothing happens. @param now - Milliseconds. @returns Whether a target doubled: credit is due. */
  acknowledged(now: number): boolean {
    if (!this.#pending) return false;
    const roundTrip = Math.max(now - this.#sentAt, 0.01);
    let grown = false;
    for (const [window, sample] of this.#active) {
      const rate = sample.bytes / roundTrip;
      if (window.target < sample.target) sample.best = 0;
      sample.target = window.target;
      const better = rate > sample.best;
      sample.best = Math.max(sample.best, rate);
      // A full queue means that the reader is the bottleneck: more window would only be more memory.
      const held = this.#read > 0 && sample.read === this.#read ? sample.fresh : 0;
      const unread = window.unread - held;
      const limited = sample.bytes * 3 >= window.target * 2 && unread * 2 <= window.target;
      if (limited && better && this.#flow.grow(window)) grown = true;
    }
    this.#pending = false;
    this.#grace = grown ? GRACE : this.#grace - 1;
    this.#delay = this.#grace > 0 ? 0 : Math.min(Math.max(this.#delay * 2, FIRST_DELAY), LAST_DELAY);
    this.#nextAt = now + this.#delay;
    return grown;
  }
}
