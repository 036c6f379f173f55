import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '../../lib/errors/protocol-error.ts';
import { resetReason } from '../../lib/http/reset-reason.ts';

const reset = {
  type: 'reset',
  streamId: 1,
  errorCode: 8,
  remote: true,
  retry: false,
  remoteEnded: false,
  error: undefined,
} as const;

describe('resetReason', () => {
  it('is what the stream was reset with, and by whom', () => {
    expect(resetReason(reset)).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 8, remote: true });
    expect(resetReason(reset)).not.toHaveProperty('cause');
  });

  it('what may be tried again says so', () => {
    expect(resetReason({ ...reset, errorCode: 7, retry: true })).toMatchObject({ code: 'ERR_REFUSED' });
  });

  it('where the peer broke the protocol, that is the cause', () => {
    const error = new ProtocolError('bad field', { protocol: 'h2', errorCode: 1, scope: 'stream' });
    expect(resetReason({ ...reset, errorCode: 1, remote: false, error })).toMatchObject({
      code: 'ERR_STREAM_RESET',
      message: 'bad field',
      remote: false,
      cause: error,
    });
  });
});
