import { check } from './check.ts';

/** Throws a TypeError unless `value` has this method: of any class and realm, it is what it must be then. */
export function checkMethod(value: unknown, name: string, kind: string, method: string): void {
  check(typeof Object(value)[method] === 'function', value, name, kind);
}
