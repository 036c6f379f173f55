import type { Duplex, Readable } from 'node:stream';
import { toError } from '../../lib/errors/to-error.ts';

/** Destroys a stream for a reason, or none. A response to `http.request()` has its request throw it where nobody listens to that. */
export function destroyWith(stream: Readable | Duplex, reason: unknown): void {
  stream.destroy(reason === undefined || 'req' in stream ? undefined : toError(reason));
}
