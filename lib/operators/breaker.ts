import { BodyCore } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { isPromise } from '../body/is-promise.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';

export interface BreakerHooks {
  /** Before each pull of the source. */
  before?(): void;
  /** A pull has to wait. */
  waits?(): void;
  /** Something came. */
  after?: (() => void) | undefined;
  /** The end, an error, a cancel or the break itself: timers go. */
  over(): void;
}

/** A source that can be failed from outside, by `abort`: a pending pull rejects at once, else the next one throws. */
export function breaker<T>(source: Source<T>, hooks: BreakerHooks): Source<T> & Pick<BodyCore, 'abort'> {
  const came = (given: T | null): T | null => {
    hooks.after?.();
    return given;
  };
  const watched = keep(source, {
    pull(demand, view, wake) {
      hooks.before?.();
      const given = source.pull(demand, view, wake);
      if (isPromise(given)) hooks.waits?.();
      return chain(given, came);
    },
  });
  const core = new BodyCore(watched as BodySource, {}, source.kind);
  core.onSettled(hooks.over);
  return core as unknown as Source<T> & BodyCore;
}
