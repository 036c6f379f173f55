import { tagOf } from '../bytes/tag-of.ts';

/** The error for a mistake of the caller: "Cannot X as Y must Z: received V". */
export function cannot(
  what: string,
  must: string,
  received: unknown,
  Kind: new (message: string) => Error = TypeError,
): Error {
  const value = Object(received) === received ? tagOf(received) : String(received);
  return new Kind(`Cannot ${what} as ${must}: received ${value}`);
}
