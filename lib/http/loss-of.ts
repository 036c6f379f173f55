import { ConnectionLostError } from '../errors/connection-lost-error.ts';
import { SluiceError } from '../errors/sluice-error.ts';

/** The one reason that everyone gets when the peer is gone: what Sluice itself found, or ConnectionLostError over what the transport said. */
export function lossOf(error?: unknown, message = 'The peer left'): unknown {
  if (error instanceof SluiceError && error.code !== 'ERR_PROTOCOL') return error;
  return new ConnectionLostError(message, error === undefined ? undefined : { cause: error });
}
