import type { BodyCore } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import { BodyStream } from '../body/body-stream.ts';
import { coreFrom } from '../body/core-from.ts';
import { isPromise } from '../body/is-promise.ts';
import type { Pulled } from './operator.ts';
import { fanCancel, joined } from './several.ts';

/**
 * One body after the other, as one body. Its length is the sum, where all are known; its trailers are those of all, later
 * ones in place of earlier ones. A body is pulled only when those before it have ended. Cancelling it cancels all that have
 * not ended, and so does one that fails, with its error.
 *
 * @throws TypeError at the call for what is no body.
 * @example
 * ```ts
 * import { collect, concat } from 'sluice';
 *
 * console.log((await collect(concat('one ', new Blob(['two ']), ['three']))).text()); // one two three
 * ```
 */
export function concat(...bodies: BodyLike[]): BodyStream {
  const cores = bodies.map(coreFrom);
  let open = cores.slice();
  const failed = (error: unknown): never => {
    fanCancel(open.slice(1), error);
    open = [];
    throw error;
  };
  const run = <V>(call: (core: BodyCore) => V | Promise<V>, end: V): V | Promise<V> => {
    for (let core = open[0]; core; core = open[0]) {
      try {
        const given = call(core);
        if (isPromise(given))
          return given.then((late) => (late !== end || !open.shift() ? late : run(call, end)), failed);
        if (given !== end) return given;
      } catch (error) {
        failed(error);
      }
      open.shift();
    }
    return end;
  };
  return new BodyStream({
    ...joined(cores),
    pull: (demand) => run<Uint8Array | null>((core) => core.pull(demand), null) as Pulled<Uint8Array>,
    pullInto: (view) => run<number>((core) => core.pullInto(view), 0),
    cancel(reason) {
      const rest = open;
      open = [];
      return fanCancel(rest, reason);
    },
  });
}
