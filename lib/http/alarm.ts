import type { Clock } from '../body/clock.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** One timer for a connection's many deadlines: setting and clearing one mostly costs no timer of the runtime. */
export class Alarm {
  readonly #clock: Clock;
  #at = NEVER;
  #ring: (() => void) | undefined;
  #timer: unknown;
  #timerAt = NEVER;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(ms: number, ring: () => void): void {
    this.#ring = ring;
    this.#at = this.#clock.now() + ms;
    if (this.#at < this.#timerAt) this.#arm(ms);
  }

  clear(): void {
    this.#at = NEVER;
  }

  /** Removes the timer. */
  stop(): void {
    this.clear();
    this.#disarm();
  }

  #disarm(): void {
    if (this.#timerAt < NEVER) this.#clock.clearTimeout(this.#timer);
    this.#timerAt = NEVER;
  }

  #arm(ms: number): void {
    this.#disarm();
    this.#timerAt = this.#at;
    this.#timer = this.#clock.setTimeout(this.#fire, ms);
  }

  readonly #fire = (): void => {
    this.#timerAt = NEVER;
    const left = this.#at - this.#clock.now();
    if (left <= 0) {
      this.clear();
      this.#ring?.();
    } else if (left < NEVER) this.#arm(left);
  };
}
