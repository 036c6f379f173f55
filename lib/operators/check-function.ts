import { describe } from '../body/describe.ts';

/** Throws a TypeError unless `value` is a function. */
export function checkFunction(value: unknown, name: string): void {
  if (typeof value !== 'function')
    throw new TypeError(`Cannot use ${name} as it must be a function: received ${describe(value)}`);
}
