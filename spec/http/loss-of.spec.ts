import { describe, expect, it } from '@jest/globals';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import { lossOf } from '../../lib/http/loss-of.ts';
import { ClosedError } from '../../lib/mod.ts';

describe('lossOf', () => {
  it('what Sluice has found itself is the reason, anything else the cause of one', () => {
    const lost = new ConnectionLostError();
    expect(lossOf(lost)).toBe(lost);
    const closed = new ClosedError('left');
    for (const error of [closed, new Error('ECONNRESET'), 'text'])
      expect(lossOf(error)).toMatchObject({ code: 'ERR_CONNECTION_LOST', cause: error });
    expect(lossOf()).not.toHaveProperty('cause');
    expect(lossOf(undefined, 'Another')).toMatchObject({ message: 'Another' });
  });
});
