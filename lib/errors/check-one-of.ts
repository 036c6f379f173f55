import { check } from './check.ts';

/** Throws a TypeError unless `value` is one of those that an option may have. */
export function checkOneOf(value: unknown, name: string, allowed: readonly unknown[]): void {
  check(allowed.includes(value), value, name, `one of ${allowed.join(', ')}`);
}
