import { isPromise } from '../body/is-promise.ts';

/** `then` that stays synchronous where the value is there. */
export function chain<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return isPromise(value) ? value.then(next) : next(value);
}
