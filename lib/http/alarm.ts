import type { Clock } from '../body/clock.ts';

/** One timer for a connection's many deadlines: setting and clearing one mostly costs no timer of the runtime. */
export class Alarm {
  readonly #clock: Clock;
  #at = Number.POSITIVE_INFINITY;
  #ring: (() => void) | undefined;
  #timer: unknown;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(ms: number, ring: () => void): void {
    this.#ring = ring;
    this.#at = this.#clock.now() + ms;
    if (this.#at < this.#timerAt) this.#arm(ms);
  }

  clear(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  /** Removes the timer. */
  stop(): void {
    this.clear();
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #arm(ms: number): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timerAt = this.#at;
    this.#timer = this.#clock.setTimeout(this.#fire, ms);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (this.#at === Number.POSITIVE_INFINITY) return;
    const left = this.#at - this.#clock.now();
    if (left > 0) this.#arm(left);
    else {
      this.clear();
      this.#ring?.();
    }
  };
}
