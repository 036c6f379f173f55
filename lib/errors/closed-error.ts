import { SluiceError } from './sluice-error.ts';

/** The other end of a channel or connection no longer takes anything. `reason` is what it left with. */
export class ClosedError extends SluiceError {
  declare readonly reason: unknown;

  constructor(reason?: unknown, message = 'The other end has left') {
    super('ERR_CLOSED', message, { name: 'ClosedError', reason, cause: reason });
  }
}
