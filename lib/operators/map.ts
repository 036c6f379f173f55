import { checkFunction } from '../errors/check-function.ts';
import { each } from './each.ts';
import type { Operator } from './operator.ts';

/**
 * Gives what a function makes of each chunk or value. Promises are awaited, one at a time. The result may be bytes, so it is
 * a BodyStream, which lets other values through; its length is unknown. Trailers are kept.
 *
 * @param fn What it throws fails the stream, and cancels the source with the same error.
 * @throws TypeError at the call when `fn` is no function.
 * @example
 * ```ts
 * import { lines, map, pipe } from 'sluice';
 *
 * for await (const n of pipe('1\n2\n', lines(), map((line) => 2 * Number(line)))) console.log(n); // 2 4
 * ```
 */
export function map<I, O>(fn: (value: I) => O | Promise<O>): Operator<I, O> {
  checkFunction(fn, 'what maps');
  return (source) => each<I, O>(source, fn, { kind: 'any' });
}
