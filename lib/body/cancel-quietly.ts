import { ignore } from './ignore.ts';

/**
 * Cancels what has a consumer with a reason of its own: what is said to the cancel has no one to hear it. `more` goes with
 * the reason.
 */
export function cancelQuietly<T extends unknown[]>(
  source: { cancel?(reason: unknown, ...more: T): void | Promise<void> },
  ...why: [unknown, ...T]
): void {
  new Promise<void>((settle) => settle(source.cancel?.(...why))).catch(ignore);
}
