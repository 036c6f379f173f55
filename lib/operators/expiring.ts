import { BodyCore } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { systemClock } from '../body/clock.ts';
import { isPromise } from '../body/is-promise.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';
import { longest, type TimedOptions } from './timer.ts';

/**
 * Fails a body that is late: a pending pull rejects at once, else the next one throws. What is late, the code says: a pull
 * (idle), the next chunk (stall), all of it (deadline).
 */
export function expiring<T>(
  source: Source<T>,
  code: 'ERR_IDLE_TIMEOUT' | 'ERR_STALL_TIMEOUT' | 'ERR_DEADLINE',
  ms: number,
  { clock = systemClock }: TimedOptions,
): Source<T> {
  const idle = code === 'ERR_IDLE_TIMEOUT';
  let timer: unknown;
  let due = 0;
  const start = (): void => {
    due = clock.now() + ms;
  };
  /** One timer over many chunks: it looks again when it fires. */
  const check = (): void => {
    const left = due - clock.now();
    if (left <= 0) core.abort(new BodyTimeoutError(code, ms));
    else if (Number.isFinite(left)) timer = clock.setTimeout(check, Math.min(left, longest));
  };
  const stop = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
  };
  const came = (given: T | null): T | null => {
    if (idle) stop();
    else if (code === 'ERR_STALL_TIMEOUT') start();
    return given;
  };
  const watched = keep(source, {
    pull(demand, view, wake) {
      // A loop that never lets timers run is late all the same.
      if (!idle && clock.now() >= due) {
        check();
        return null;
      }
      const given = source.pull(demand, view, wake);
      if (idle && timer === undefined && isPromise(given)) {
        start();
        check();
      }
      return chain(given, came);
    },
  });
  const core = new BodyCore(watched as BodySource, {}, source.kind);
  core.onSettled(stop);
  core.unlock = () => {
    stop();
    source.unlock?.();
  };
  start();
  if (!idle) check();
  return core as unknown as Source<T>;
}
