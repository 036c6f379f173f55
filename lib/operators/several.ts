import type { BodyCore } from '../body/body-core.ts';
import type { BodySource } from '../body/body-source.ts';
import { ignore } from '../body/ignore.ts';
import { joinTrailers } from './with-trailers.ts';

/** What a body made of several bodies knows about itself. */
export function joined(cores: readonly BodyCore[]): Pick<BodySource, 'byteLength' | 'trailers'> {
  const total = cores.reduce((sum, core) => sum + (core.byteLength ?? Number.NaN), 0);
  return {
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
