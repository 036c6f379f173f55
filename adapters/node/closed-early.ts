import type { Readable, Writable } from 'node:stream';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';

/** Why a stream that was ended or closed by someone else is so. */
export function closedEarly({ errored }: Readable | Writable): unknown {
  return errored ?? new ConnectionLostError('The stream was closed before its end');
}
