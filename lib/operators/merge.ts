import type { BodyCore } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import { BodyStream } from '../body/body-stream.ts';
import { isPromise } from '../body/is-promise.ts';
import { later } from '../body/later.ts';
import { coresFrom, fanCancel, joined } from './several.ts';

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
  const cores = coresFrom(bodies);
  /** Those that have not ended, the one whose turn it is in front. */
  let open = cores.slice();
  /** What had come when one failed. */
  let held: Chunk[] = [];
  let failure: { readonly error: unknown } | undefined;
  const leave = (reason: unknown): Promise<void> => {
    const rest = open;
    open = [];
    return fanCancel(rest, reason);
  };
  const source = joined(cores, {
    pull(demand, _view, wake) {
      for (const core of open.slice()) {
        const others = (): BodyCore[] => open.filter((one) => one !== core);
        try {
          const chunk = core.pull(demand, undefined, wake);
          if (isPromise(chunk)) continue;
          open = others();
          if (!chunk) continue;
          open.push(core);
          return chunk;
        } catch (error) {
          failure = { error };
          open = others();
          held = open.filter(({ queue }) => queue.next).map((one) => one.pull() as Chunk);
          leave(error);
          break;
        }
      }
      const chunk = held.shift();
      if (chunk) return chunk;
      if (failure) throw failure.error;
      return open.length ? later : null;
    },
    cancel(reason) {
      held = [];
      return leave(reason);
    },
  });
  return new BodyStream(source);
}
