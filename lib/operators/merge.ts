import type { BodyLike } from '../body/body-like.ts';
import type { BodyStream } from '../body/body-stream.ts';
import { isPromise } from '../body/is-promise.ts';
import { later } from '../body/later.ts';
import { several } from './several.ts';

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
  return several(bodies, (open, leave) => {
    /** What had come when one failed. */
    let held: Chunk[] = [];
    let failure: { readonly error: unknown } | undefined;
    return (demand, _view, wake) => {
      // The one whose turn it is stands in front.
      for (const core of open.slice())
        try {
          const chunk = core.pull(demand, undefined, wake);
          if (isPromise(chunk)) continue;
          open.splice(open.indexOf(core), 1);
          if (!chunk) continue;
          open.push(core);
          return chunk;
        } catch (error) {
          failure = { error };
          held = open.filter(({ queue }) => queue.next).map((one) => one.pull() as Chunk);
          leave(error);
          break;
        }
      const chunk = held.shift();
      if (chunk) return chunk;
      if (failure) throw failure.error;
      return open.length ? later : null;
    };
  });
}
