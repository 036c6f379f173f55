import type { Source } from './body-source.ts';
import { ignore } from './ignore.ts';

/** Cancels a source whose consumer already has a reason of its own: what the source says to it has no one to hear it. */
export function cancelQuietly<T>(source: Source<T> | null, reason: unknown): void {
  new Promise((settle) => settle(source?.cancel?.(reason))).catch(ignore);
}
