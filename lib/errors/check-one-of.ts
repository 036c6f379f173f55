import { cannot } from './cannot.ts';

/** Throws a TypeError unless `value` is one of those that an option may have. */
export function checkOneOf(value: unknown, name: string, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) throw cannot(`use ${name}`, `it must be one of ${allowed.join(', ')}`, value);
}
