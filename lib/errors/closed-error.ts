import { SluiceError } from './sluice-error.ts';

/** The other end of a channel or connection no longer takes anything. `reason` is what it left with. */
export class ClosedError extends SluiceError {
  readonly reason: unknown;

  constructor(reason?: unknown, message = 'The other end is closed') {
    super('ERR_CLOSED', message, { cause: reason });
    this.name = 'ClosedError';
    this.reason = reason;
  }
}
