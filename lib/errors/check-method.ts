import { cannot } from './cannot.ts';

/** Throws a TypeError unless `value` has this method: of any class and realm, it is what it must be then. */
export function checkMethod(value: unknown, name: string, kind: string, method: string): void {
  if (typeof Object(value)[method] !== 'function') throw cannot(`use ${name}`, `it must be ${kind}`, value);
}
