import { more } from './convert.ts';
import { each } from './each.ts';
import { type LinesOptions, lines } from './lines.ts';
import type { Operator } from './operator.ts';

/**
 * Decodes newline-delimited JSON: a value a line, lines of white space left out. Gives a plain stream of values; `null` is
 * one of them, not the end.
 *
 * @param options `maxBytes`: the most bytes in a line, default 1 MiB.
 * @throws The stream errors with SyntaxError at a line that is no JSON, with LimitExceededError (`ERR_LIMIT_EXCEEDED`) at
 *   one that is too long, each after the values before it; the source is cancelled with the error. TypeError or RangeError
 *   at the call for a limit out of range.
 * @see https://github.com/ndjson/ndjson-spec
 * @example
 * ```ts
 * import { ndjson, pipe } from 'sluice';
 *
 * for await (const value of pipe('{"n":1}\nnull\n', ndjson<{ n: number } | null>())) console.log(value?.n); // 1 undefined
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: the type that JSON.parse has
export function ndjson<T = any>(options: LinesOptions = {}): Operator<Uint8Array, T> {
  const split = lines(options);
  return (source) =>
    each<string, T>(split(source), (line) => (line.trim() === '' ? more : (JSON.parse(line) as T)), {
      kind: 'values',
    });
}
