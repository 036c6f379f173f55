import { check } from './check.ts';

/** Throws a TypeError unless `value` is a function. */
export function checkFunction(value: unknown, name: string): void {
  check(typeof value === 'function', value, name, 'a function');
}
