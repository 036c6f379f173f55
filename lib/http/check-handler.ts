import { cannot } from '../errors/cannot.ts';

/** Throws unless a handler is one that can be called. */
export function checkHandler(handler: unknown): void {
  if (typeof handler !== 'function') throw cannot('serve', 'the handler must be a function', handler);
}
