import type { TrailersSource } from '../body/body-source.ts';
import { checkTrailers } from '../body/check-trailers.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { asBytes } from './as-bytes.ts';
import { keep } from './keep.ts';
import type { Operator } from './operator.ts';

/**
 * Attaches trailers to a body. Where it has some already, these are added, and replace what has the same name. Its length
 * is kept.
 *
 * @param trailers Headers, a promise of them, or a function that makes them once the body was read to its end.
 * @throws The stream's `trailers` reject with what the promise or function fails with. TypeError at the call for what is
 *   none of these.
 * @see http-body-util's `WithTrailers`
 * @example
 * ```ts
 * import { collect, pipe, tap, withTrailers } from 'sluice';
 *
 * let size = 0;
 * const count = tap((chunk: Uint8Array) => (size += chunk.length));
 * const stream = pipe('hello', count, withTrailers(() => new Headers({ 'x-size': String(size) })));
 * console.log((await collect(stream)).trailers.get('x-size')); // 5
 * ```
 */
export function withTrailers(trailers: TrailersSource): Operator<Uint8Array, Uint8Array> {
  checkTrailers(trailers);
  if (isPromise(trailers)) trailers.then(ignore, ignore);
  return (from) => {
    const source = asBytes(from, 'withTrailers');
    return keep(source, {
      pull: (demand, view, wake) => source.pull(demand, view, wake),
      get trailers() {
        const before = source.trailers;
        return before === undefined ? trailers : () => joinTrailers([before, trailers]);
      },
    });
  };
}

/** The fields of all, later ones in place of earlier ones. */
export async function joinTrailers(all: readonly (TrailersSource | undefined)[]): Promise<Headers> {
  const joined = new Headers();
  for (const trailers of all) {
    const fields = typeof trailers === 'function' ? trailers() : trailers;
    for (const [name, value] of (await fields) ?? []) joined.set(name, value);
  }
  return joined;
}
