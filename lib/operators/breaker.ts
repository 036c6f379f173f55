import type { Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { isPromise } from '../body/is-promise.ts';
import { isEnd, keep, pass } from './keep.ts';
import type { Seam } from './operator.ts';

export interface BreakerHooks {
  /** Before each pull of the source. */
  before?(): void;
  /** A pull has to wait. */
  waits?(): void;
  /** Something came, that is not the end. */
  after?(): void;
  /** The end, an error, a cancel or the break itself: timers go. */
  over(): void;
}

/** A source that can be failed from outside: a pending pull rejects at once, else the next one throws. */
export interface Breaker<T> {
  readonly source: Source<T>;
  break(error: unknown): void;
}

export function breaker<T>(source: Seam<T>, hooks: BreakerHooks): Breaker<T> {
  let open = true;
  let broken: { readonly error: unknown } | undefined;
  let waiter: Deferred<unknown> | undefined;
  const over = (): void => {
    open = false;
    waiter = undefined;
    hooks.over();
  };
  const came = <V>(given: V): V => {
    if (open && isEnd(given)) over();
    else if (open) hooks.after?.();
    return given;
  };
  const failed = (error: unknown): never => {
    if (open) over();
    throw error;
  };
  const ask = (want: number | Uint8Array): unknown => {
    if (open) hooks.before?.();
    if (broken) throw broken.error;
    let given: unknown;
    try {
      given = pass(source, want);
    } catch (error) {
      return failed(error);
    }
    if (!isPromise(given)) return came(given);
    const wait = deferred<unknown>();
    waiter = wait;
    hooks.waits?.();
    given.then(
      (value) => {
        waiter = undefined;
        wait.resolve(came(value));
      },
      (error) => {
        waiter = undefined;
        if (open) over();
        wait.reject(error);
      },
    );
    return wait.promise;
  };
  const cancel = (reason: unknown): void | Promise<void> => {
    if (open) over();
    if (!broken) return source.cancel?.(reason);
  };
  return {
    source: keep(source, ask, { cancel }),
    break(error) {
      if (!open) return;
      const wait = waiter;
      broken = { error };
      over();
      cancelQuietly(source, error);
      wait?.reject(error);
    },
  };
}
