import { describe, expect, it } from '@jest/globals';
import { BodyTimeoutError } from '../lib/errors/body-timeout-error.ts';
import { ClosedError } from '../lib/errors/closed-error.ts';
import { ConnectionLostError } from '../lib/errors/connection-lost-error.ts';
import { LengthMismatchError } from '../lib/errors/length-mismatch-error.ts';
import { LimitExceededError } from '../lib/errors/limit-exceeded-error.ts';
import { ProtocolError } from '../lib/errors/protocol-error.ts';
import { RefusedError } from '../lib/errors/refused-error.ts';
import { SluiceError } from '../lib/errors/sluice-error.ts';
import { StreamResetError } from '../lib/errors/stream-reset-error.ts';

describe('errors', () => {
  it.each([
    [new LimitExceededError(10, 12), 'LimitExceededError', 'ERR_LIMIT_EXCEEDED', { limit: 10, received: 12 }],
    [
      new LengthMismatchError(10, 9),
      'LengthMismatchError',
      'ERR_LENGTH_MISMATCH',
      { expected: 10, received: 9 },
    ],
    [new BodyTimeoutError('ERR_IDLE_TIMEOUT', 5), 'TimeoutError', 'ERR_IDLE_TIMEOUT', { timeout: 5 }],
    [new BodyTimeoutError('ERR_STALL_TIMEOUT', 5), 'TimeoutError', 'ERR_STALL_TIMEOUT', { timeout: 5 }],
    [new BodyTimeoutError('ERR_DEADLINE', 5), 'TimeoutError', 'ERR_DEADLINE', { timeout: 5 }],
    [new ClosedError('gone'), 'ClosedError', 'ERR_CLOSED', { reason: 'gone' }],
    [
      new ProtocolError('bad', { protocol: 'h2', errorCode: 1, scope: 'stream' }),
      'ProtocolError',
      'ERR_PROTOCOL',
      { protocol: 'h2', errorCode: 1, scope: 'stream' },
    ],
    [new StreamResetError(8, true), 'StreamResetError', 'ERR_STREAM_RESET', { errorCode: 8, remote: true }],
    [new ConnectionLostError(), 'ConnectionLostError', 'ERR_CONNECTION_LOST', {}],
    [new RefusedError(), 'RefusedError', 'ERR_REFUSED', {}],
  ])('%# is a SluiceError with its name, code and fields', (error, name, code, fields) => {
    expect(error).toBeInstanceOf(SluiceError);
    expect(error).toMatchObject({ name, code, ...fields });
    expect(error.message).not.toBe('');
  });
});
