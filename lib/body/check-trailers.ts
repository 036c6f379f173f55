import { checkMethod } from '../errors/check-method.ts';
import { isPromise } from './is-promise.ts';

/** The trailers it was given: TypeError unless these are Headers of any brand, a promise of them, or a function that makes them. */
export function checkTrailers<T>(trailers: T): T {
  if (typeof trailers !== 'function' && !isPromise(trailers))
    checkMethod(trailers, 'trailers', 'Headers', 'append');
  return trailers;
}
