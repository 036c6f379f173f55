import { checkBytes } from '../body/check-bytes.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { convert, more } from './convert.ts';
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
    const rest = (stop: () => void): typeof more => {
      if (left === 0) stop();
      return more;
    };
    return convert<T, T>(
      source,
      (value, stop) => {
        // An empty chunk is none.
        if (value !== null && !(isUint8Array(value) && value.byteLength === 0)) left--;
        rest(stop);
        return value;
      },
      { kind: source.kind, rest },
    );
  };
}
