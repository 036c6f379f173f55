import type { BodyCore } from '../body/body-core.ts';
import type { BodySource } from '../body/body-source.ts';
import { ignore } from '../body/ignore.ts';
import { joinTrailers } from './with-trailers.ts';

/** What a body made of several bodies knows about itself. */
export function joined(cores: readonly BodyCore[]): Pick<BodySource, 'byteLength' | 'trailers'> {
  let total: number | undefined = 0;
  for (const { byteLength } of cores)
    total = total === undefined || byteLength === undefined ? undefined : total + byteLength;
  const any = (): boolean => cores.some((core) => core.trailers !== undefined);
  return {
    byteLength: total,
    get trailers() {
      return any() ? () => joinTrailers(cores.map((core) => core.trailers)) : undefined;
    },
  };
}

/** Cancels all of them; the result settles when all have heard, and fails with the first that fails. */
export function fanCancel(cores: readonly BodyCore[], reason: unknown): Promise<void> {
  const done = Promise.all(cores.map(async (core) => core.cancel(reason))).then(ignore);
  done.catch(ignore);
  return done;
}
