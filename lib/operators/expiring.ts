import type { Source } from '../body/body-source.ts';
import type { Clock } from '../body/clock.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { breaker } from './breaker.ts';
import { longest } from './timer.ts';

export interface Expiry {
  readonly code: 'ERR_STALL_TIMEOUT' | 'ERR_DEADLINE';
  readonly timeout: number;
  readonly clock: Clock;
  /** When the body fails; it may move on. */
  due(): number;
  /** Something came. */
  after?: () => void;
}

/** Fails a body when it is due. One timer over many chunks: it looks again when it fires. */
export function expiring<T>(source: Source<T>, { code, timeout, clock, due, after }: Expiry): Source<T> {
  let timer: unknown;
  const check = (): void => {
    const left = due() - clock.now();
    if (left > 0) timer = clock.setTimeout(check, Math.min(left, longest));
    else fused.abort(new BodyTimeoutError(code, timeout));
  };
  const fused = breaker(source, {
    // A loop that never lets timers run is late all the same.
    before() {
      if (clock.now() >= due()) check();
    },
    after,
    over: () => clock.clearTimeout(timer),
  });
  if (Number.isFinite(timeout)) timer = clock.setTimeout(check, Math.min(timeout, longest));
  return fused;
}
