import { isPromise } from '../body/is-promise.ts';
import { checkFunction } from '../errors/check-function.ts';
import { more } from './convert.ts';
import { each } from './each.ts';
import type { Operator } from './operator.ts';

/**
 * Leaves out the chunks or values for which a function gives nothing truthy. Promises are awaited. The length is unknown;
 * trailers are kept.
 *
 * @param fn What it throws fails the stream, and cancels the source with the same error.
 * @throws TypeError at the call when `fn` is no function.
 * @example
 * ```ts
 * import { filter, lines, pipe } from 'sluice';
 *
 * for await (const line of pipe('a\n\nb\n', lines(), filter((line) => line !== ''))) console.log(line); // a b
 * ```
 */
export function filter<T = Uint8Array>(fn: (value: T) => unknown): Operator<T, T> {
  checkFunction(fn, 'what filters');
  return (source) =>
    each<T, T>(
      source,
      (value) => {
        const keeps = fn(value);
        return isPromise(keeps) ? keeps.then((k) => (k ? value : more)) : keeps ? value : more;
      },
      { kind: source.kind },
    );
}
