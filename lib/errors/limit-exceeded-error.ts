import { SluiceError } from './sluice-error.ts';

/** More bytes came than the consumer allows. `limit` and `received` are in bytes; `received` counts the chunk that passed the limit. */
export class LimitExceededError extends SluiceError {
  readonly limit: number;
  readonly received: number;

  constructor(limit: number, received: number, message?: string) {
    super('ERR_LIMIT_EXCEEDED', message ?? `Body exceeds the limit of ${limit} bytes: received ${received}`);
    this.name = 'LimitExceededError';
    this.limit = limit;
    this.received = received;
  }
}
