import type { BodyCore } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import type { BodySource } from '../body/body-source.ts';
import { coreFrom } from '../body/core-from.ts';
import { ignore } from '../body/ignore.ts';
import { joinTrailers } from './with-trailers.ts';

/** The source of a body made of several: its length is the sum, and trailers are asked for at its end. */
export function joined(cores: readonly BodyCore[], own: Pick<BodySource, 'pull' | 'cancel'>): BodySource {
  const total = cores.reduce((sum, core) => sum + (core.byteLength ?? Number.NaN), 0);
  return {
    ...own,
    byteLength: total >= 0 ? total : undefined,
    get trailers() {
      const all = cores.map((core) => core.trailers);
      return all.some(Boolean) ? () => joinTrailers(all) : undefined;
    },
  };
}

/** Cancels all of them; the result settles when all have heard, and fails with the first that fails. */
export function fanCancel(cores: readonly BodyCore[], reason: unknown): Promise<void> {
  const done = Promise.all(cores.map(async (core) => core.cancel(reason))).then(ignore);
  done.catch(ignore);
  return done;
}

/** Bodies below any stream; where one can't be had, none of the others stays locked. */
export function coresFrom(bodies: readonly BodyLike[]): BodyCore[] {
  const cores: BodyCore[] = [];
  try {
    for (const one of bodies) cores.push(coreFrom(one));
  } catch (error) {
    for (const core of cores) core.unlock?.();
    throw error;
  }
  return cores;
}
