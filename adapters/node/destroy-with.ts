import type { Duplex, Readable } from 'node:stream';
import { toError } from './to-error.ts';

/** Destroys a stream for a reason, or none. */
export function destroyWith(stream: Readable | Duplex, reason: unknown): void {
  stream.destroy(reason === undefined ? undefined : toError(reason));
}
