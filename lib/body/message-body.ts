import type { BodyStream } from './body-stream.ts';

/** A message of ours that keeps its body apart from the runtime's own: what `bodyOf` takes instead of `message.body`. */
export interface CarriesBody {
  sluiceBody(): BodyStream | null;
}

const bodies = new WeakMap<object, BodyStream>();

/** Remembers the body of a message whose class hides it. */
export function keepBody(message: object, stream: BodyStream): void {
  bodies.set(message, stream);
}

/** The body that a message was given; undefined where only `message.body` knows. */
export function keptBody(message: object): BodyStream | null | undefined {
  if ('sluiceBody' in message) return (message as CarriesBody).sluiceBody();
  return bodies.get(message);
}
