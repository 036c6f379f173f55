import { check } from '../errors/check.ts';
import { isPromise } from './is-promise.ts';

/** Throws a TypeError unless these are Headers of any brand, a promise of them, or a function that makes them. */
export function checkTrailers(trailers: unknown): void {
  const fit = typeof trailers === 'function' || isPromise(trailers) || 'append' in Object(trailers);
  check(fit, trailers, 'trailers', 'Headers');
}
