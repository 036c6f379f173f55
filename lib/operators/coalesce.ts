import type { BodySource } from '../body/body-source.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { concat } from '../bytes/concat.ts';
import { asBytes } from './as-bytes.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';
import type { Operator, Pulled } from './operator.ts';

/**
 * Joins chunks up to `maxBytes`, as far as they are there at once: what a buffer holds, or a source gives synchronously. It
 * never waits for a second chunk, so on a foreign stream it changes nothing. Chunks are never split. Length and trailers
 * are kept.
 *
 * @param maxBytes The most bytes in a chunk that was joined.
 * @throws TypeError or RangeError at the call for a size out of range.
 * @see futures' `ready_chunks`
 * @example
 * ```ts
 * import { coalesce, pipe } from 'sluice';
 *
 * const stream = pipe(['a', 'b', 'c', 'd', 'e'], coalesce(3));
 * console.log((await stream.getReader().read()).value); // Uint8Array(3) [ 97, 98, 99 ]
 * ```
 */
export function coalesce(maxBytes: number): Operator<Uint8Array, Uint8Array> {
  checkBytes(maxBytes, 'maxBytes', 1);
  return (from) => join(asBytes(from, 'coalesce'), maxBytes);
}

function join(source: BodySource, maxBytes: number): BodySource {
  /** What came with the last chunk and did not fit: a chunk, the end, an error, or a pull that has to wait. */
  let held: (() => Pulled<Uint8Array>) | undefined;
  const pull = (demand: number): Pulled<Uint8Array> => {
    const first = held ? held() : source.pull(demand);
    held = undefined;
    return isPromise<Uint8Array | null>(first)
      ? chain(first, (chunk) => gather(chunk, false))
      : gather(first, true);
  };
  const gather = (first: Uint8Array | null, sync: boolean): Uint8Array | null => {
    if (first === null || (source.ready ?? sync) !== true || first.byteLength >= maxBytes) return first;
    // A source may reuse its buffer at the next pull.
    const parts = [first.slice()];
    let total = first.byteLength;
    while (total < maxBytes && source.ready !== false) {
      const next = more(maxBytes - total);
      if (!next) break;
      parts.push(next.slice());
      total += next.byteLength;
    }
    return parts.length === 1 ? (parts[0] as Uint8Array) : concat(parts, total);
  };
  const more = (room: number): Uint8Array | undefined => {
    try {
      const next = source.pull(room);
      if (!isPromise<Uint8Array | null>(next) && next && next.byteLength <= room) return next;
      if (isPromise(next)) next.then(ignore, ignore);
      held = () => next;
    } catch (error) {
      held = () => {
        throw error;
      };
    }
    return undefined;
  };
  return keep(source, {
    pull,
    ready: undefined,
    cancel(reason) {
      held = () => null;
      return source.cancel?.(reason);
    },
  });
}
