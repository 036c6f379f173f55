import { cannot } from './cannot.ts';

/** Throws a TypeError unless `value` has these methods: of any class and realm, it is what it must be then. */
export function checkMethods(value: unknown, name: string, kind: string, ...methods: string[]): void {
  if (methods.some((method) => typeof Object(value)[method] !== 'function'))
    throw cannot(`use ${name}`, `it must be ${kind}`, value);
}
