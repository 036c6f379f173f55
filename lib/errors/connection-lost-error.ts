import { SluiceError } from './sluice-error.ts';

/** The connection went away before the message was complete. `cause` is what the transport said, where it said anything. */
export class ConnectionLostError extends SluiceError {
  constructor(message = 'The connection was lost', options?: ErrorOptions) {
    super('ERR_CONNECTION_LOST', message, { name: 'ConnectionLostError', ...options });
  }
}
