import { checkMethod } from '../errors/check-method.ts';
import { isPromise } from './is-promise.ts';

/** Throws a TypeError unless these are Headers of any brand, a promise of them, or a function that makes them. */
export function checkTrailers(trailers: unknown): void {
  if (typeof trailers !== 'function' && !isPromise(trailers))
    checkMethod(trailers, 'trailers', 'Headers', 'append');
}
