import { SluiceError } from './sluice-error.ts';

/** A body gave fewer or more bytes than its declared length. */
export class LengthMismatchError extends SluiceError {
  declare readonly expected: number;
  declare readonly received: number;

  constructor(expected: number, received: number) {
    const fields = { name: 'LengthMismatchError', expected, received };
    super('ERR_LENGTH_MISMATCH', `Body of ${expected} bytes: received ${received}`, fields);
  }
}
