import { cancelQuietly } from '../body/cancel-quietly.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';
import type { Operator } from './operator.ts';

/**
 * The first `n` chunks or values. The source is cancelled together with the last of them, so the length is unknown and there
 * are no trailers, unless the source ended before.
 *
 * @param n How many.
 * @throws TypeError or RangeError at the call for what is no whole number from 0 on.
 * @example
 * ```ts
 * import { lines, pipe, take } from 'sluice';
 *
 * for await (const line of pipe('a\nb\nc\n', lines(), take(2))) console.log(line); // a b
 * ```
 */
export function take<T = Uint8Array>(n: number): Operator<T, T> {
  checkBytes(n, 'a count');
  return (source) => {
    let left = n;
    let open = true;
    const stop = (): null => {
      if (open) cancelQuietly(source, undefined);
      open = false;
      return null;
    };
    return keep(source, {
      pull: (demand) => {
        if (left === 0) return stop();
        return chain(source.pull(demand), (value) => {
          if (value === null || !open) return null;
          // An empty chunk is none.
          if ((value as Partial<Uint8Array> | undefined)?.byteLength !== 0 && --left === 0) stop();
          return value;
        });
      },
      cancel(reason) {
        if (!open) return;
        open = false;
        return source.cancel?.(reason);
      },
      byteLength: undefined,
      get trailers() {
        return open ? source.trailers : undefined;
      },
    });
  };
}
