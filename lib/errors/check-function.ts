import { cannot } from './cannot.ts';

/** Throws a TypeError unless `value` is a function. */
export function checkFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw cannot(`use ${name}`, 'it must be a function', value);
}
