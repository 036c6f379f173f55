import { isPromise } from '../body/is-promise.ts';
import { checkFunction } from '../errors/check-function.ts';
import { each } from './each.ts';
import type { Operator } from './operator.ts';

/**
 * Shows each chunk or value to a function and passes it on. A promise that the function returns is awaited first. Length
 * and trailers are kept.
 *
 * @param fn What it throws fails the stream, and cancels the source with the same error.
 * @throws TypeError at the call when `fn` is no function.
 * @example
 * ```ts
 * import { bytes, pipe, tap } from 'sluice';
 *
 * await bytes(pipe(['ab', 'c'], tap((chunk) => console.log(chunk.length)))); // 2 1
 * ```
 */
export function tap<T = Uint8Array>(fn: (value: T) => unknown): Operator<T, T> {
  checkFunction(fn, 'what taps');
  return (source) =>
    each<T, T>(
      source,
      (value) => {
        const told = fn(value);
        return isPromise(told) ? told.then(() => value) : value;
      },
      {
        kind: source.kind,
        byteLength: source.byteLength,
      },
    );
}
