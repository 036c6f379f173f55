import { SluiceError } from './sluice-error.ts';

/** The peer did not process the request at all: it is safe to send it again (RFC 9113 section 8.7). */
export class RefusedError extends SluiceError {
  constructor(message = 'The request was refused unprocessed', options?: ErrorOptions) {
    super('ERR_REFUSED', message, { name: 'RefusedError', ...options });
  }
}
