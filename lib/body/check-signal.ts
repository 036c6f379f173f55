import { checkMethods } from '../errors/check-methods.ts';

/** Throws unless `signal` is an AbortSignal of any brand, or none. */
export function checkSignal(signal: unknown): void {
  if (signal != null) checkMethods(signal, 'signal', 'an AbortSignal', 'addEventListener');
}
