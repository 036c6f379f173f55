import type { BodyLike } from '../body/body-like.ts';
import type { BodyStream } from '../body/body-stream.ts';
import { several } from './several.ts';

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
  return several(bodies, (open, leave) => (demand, view, wake) => {
    for (; open[0]; open.shift())
      try {
        const given = open[0].pull(demand, view, wake);
        if (given !== null) return given;
      } catch (error) {
        leave(error);
        throw error;
      }
    return null;
  });
}
