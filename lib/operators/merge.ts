import { type BodyCore, defaultDemand } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import { BodyStream } from '../body/body-stream.ts';
import { coreFrom } from '../body/core-from.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { isPromise } from '../body/is-promise.ts';
import { fanCancel, joined } from './several.ts';

type Chunk = Uint8Array | null;

/**
 * The chunks of several bodies as they come, as one body. A read pulls those that have nothing pending, taking turns: at
 * most one chunk of each is held. Its length is the sum, where all are known; its trailers are those of all, later ones in
 * place of earlier ones. Cancelling it cancels all that have not ended, and so does one that fails, with its error, which
 * comes after the chunks that are held.
 *
 * @throws TypeError at the call for what is no body.
 * @example
 * ```ts
 * import { collect, merge } from 'sluice';
 *
 * console.log((await collect(merge(['a', 'c'], ['b', 'd']))).text()); // abcd
 * ```
 */
export function merge(...bodies: BodyLike[]): BodyStream {
  const cores = bodies.map(coreFrom);
  /** Those that can be pulled, the one whose turn it is in front. */
  let idle = cores.slice();
  const pending = new Set<BodyCore>();
  /** What came while no one waited. */
  let held: { core: BodyCore; chunk: Uint8Array }[] = [];
  let failure: { readonly error: unknown } | undefined;
  let waiter: Deferred<Chunk> | undefined;

  const take = (): Deferred<Chunk> | undefined => {
    const waits = waiter;
    waiter = undefined;
    return waits;
  };
  const failed = (core: BodyCore, error: unknown): void => {
    pending.delete(core);
    if (failure) return;
    failure = { error };
    fanCancel(rest(), error);
    idle = [];
    pending.clear();
    if (!held.length) take()?.reject(error);
  };
  /** Those that have not ended. */
  const rest = (): BodyCore[] => [...new Set([...idle, ...pending, ...held.map(({ core }) => core)])];
  const land = (core: BodyCore, chunk: Chunk): void => {
    if (!pending.delete(core)) return;
    if (chunk && waiter) {
      idle.push(core);
      take()?.resolve(chunk);
    } else if (chunk) held.push({ core, chunk });
    else if (!idle.length && !pending.size && !held.length) take()?.resolve(null);
  };
  const pull = (demand: number = defaultDemand): Chunk | Promise<Chunk> => {
    const first = held.shift();
    if (first) {
      if (!failure) idle.push(first.core);
      return first.chunk;
    }
    if (failure) throw failure.error;
    for (let core = idle.shift(); core; core = idle.shift()) {
      pending.add(core);
      const from = core;
      try {
        const chunk = core.pull(demand);
        if (isPromise(chunk)) {
          chunk.then(
            (late) => land(from, late),
            (error) => failed(from, error),
          );
          continue;
        }
        pending.delete(core);
        if (!chunk) continue;
        idle.push(core);
        return chunk;
      } catch (error) {
        failed(core, error);
        throw error;
      }
    }
    if (!pending.size) return null;
    waiter = deferred();
    return waiter.promise;
  };
  return new BodyStream({
    ...joined(cores),
    pull,
    cancel(reason) {
      const open = rest();
      idle = held = [];
      pending.clear();
      take()?.resolve(null);
      return fanCancel(open, reason);
    },
  });
}
