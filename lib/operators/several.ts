import type { BodyCore } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import type { BodySource } from '../body/body-source.ts';
import { BodyStream } from '../body/body-stream.ts';
import { coreFrom } from '../body/core-from.ts';
import { ignore } from '../body/ignore.ts';
import { joinTrailers } from './with-trailers.ts';

/**
 * A body made of several: its length is the sum, trailers are asked for at its end, and a cancel reaches all that are open.
 * `begin` gets those that have not ended, which its pull has to take out, and what cancels them all.
 */
export function several(
  bodies: readonly BodyLike[],
  begin: (open: BodyCore[], leave: (reason: unknown) => Promise<void>) => BodySource['pull'],
): BodyStream {
  const cores = coresFrom(bodies);
  const open = cores.slice();
  /** Settles when all have heard, and fails with the first that fails. */
  const leave = (reason: unknown): Promise<void> => {
    const done = Promise.all(open.splice(0).map(async (core) => core.cancel(reason))).then(ignore);
    done.catch(ignore);
    return done;
  };
  const total = cores.reduce((sum, core) => sum + (core.byteLength ?? Number.NaN), 0);
  return new BodyStream({
    pull: begin(open, leave),
    cancel: leave,
    byteLength: total >= 0 ? total : undefined,
    get trailers() {
      const all = cores.map((core) => core.trailers);
      return all.some(Boolean) ? () => joinTrailers(all) : undefined;
    },
  });
}

/** Bodies below any stream; where one can't be had, none of the others stays locked. */
function coresFrom(bodies: readonly BodyLike[]): BodyCore[] {
  const cores: BodyCore[] = [];
  try {
    for (const one of bodies) cores.push(coreFrom(one));
  } catch (error) {
    for (const core of cores) core.unlock?.();
    throw error;
  }
  return cores;
}
