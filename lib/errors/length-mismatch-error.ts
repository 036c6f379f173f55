import { SluiceError } from './sluice-error.ts';

/** A body gave fewer or more bytes than its declared length. */
export class LengthMismatchError extends SluiceError {
  readonly expected: number;
  readonly received: number;

  constructor(expected: number, received: number) {
    super('ERR_LENGTH_MISMATCH', `Body of ${expected} bytes expected: received ${received}`);
    this.name = 'LengthMismatchError';
    this.expected = expected;
    this.received = received;
  }
}
