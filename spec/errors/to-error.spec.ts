import { describe, expect, it } from '@jest/globals';
import { toError } from '../../lib/errors/to-error.ts';

describe('toError', () => {
  it('is the Error itself, or one whose cause is what was given', () => {
    const error = new RangeError('far');
    expect(toError(error)).toBe(error);
    for (const reason of ['enough', undefined, { code: 1 }])
      expect(toError(reason)).toMatchObject({ message: 'Cancelled', cause: reason });
  });
});
