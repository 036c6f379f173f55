import { SluiceError } from './sluice-error.ts';

/** More bytes came than the consumer allows. `limit` and `received` are in bytes; `received` counts the chunk that passed the limit. */
export class LimitExceededError extends SluiceError {
  declare readonly limit: number;
  declare readonly received: number;

  constructor(
    limit: number,
    received: number,
    message = `Body exceeds the limit of ${limit} bytes: received ${received}`,
  ) {
    super('ERR_LIMIT_EXCEEDED', message, { name: 'LimitExceededError', limit, received });
  }
}
