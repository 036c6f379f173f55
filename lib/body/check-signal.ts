import { check } from '../errors/check.ts';

/** Throws unless `signal` is an AbortSignal of any brand, or none. */
export function checkSignal(signal: unknown): void {
  check(signal == null || 'addEventListener' in Object(signal), signal, 'signal', 'an AbortSignal');
}
