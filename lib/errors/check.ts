import { cannot } from './cannot.ts';

/** Throws unless `value` fits: "Cannot use N as it must be M: received V". */
export function check(
  fits: boolean,
  value: unknown,
  name: string,
  must: string,
  Kind?: new (message: string) => Error,
): void {
  if (!fits) throw cannot(`use ${name}`, `it must be ${must}`, value, Kind);
}
