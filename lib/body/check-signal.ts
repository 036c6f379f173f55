import { cannot } from '../errors/cannot.ts';

/** Throws unless `signal` is an AbortSignal of any brand, or none. */
export function checkSignal(signal: unknown): void {
  if (signal != null && !(signal as AbortSignal).addEventListener)
    throw cannot('use signal', 'it must be an AbortSignal', signal);
}
