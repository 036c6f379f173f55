import { ConnectionLostError } from '../errors/connection-lost-error.ts';
import { SluiceError } from '../errors/sluice-error.ts';

const own: readonly string[] = ['ERR_CONNECTION_LOST', 'ERR_STALL_TIMEOUT', 'ERR_DEADLINE'];

/** The one reason that everyone gets when the peer is gone: what Sluice itself found, or ConnectionLostError over what the transport said. */
export function lossOf(error?: unknown, message = 'The peer left'): unknown {
  if (error instanceof SluiceError && own.includes(error.code)) return error;
  return new ConnectionLostError(message, error ? { cause: error } : undefined);
}
