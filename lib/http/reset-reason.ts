import { RefusedError } from '../errors/refused-error.ts';
import { StreamResetError } from '../errors/stream-reset-error.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';

/** The one reason that everyone gets when a stream was reset. */
export function resetReason({ errorCode, remote, retry, error }: Http2Event & { type: 'reset' }): unknown {
  if (retry) return new RefusedError();
  const reset = new StreamResetError(errorCode, remote, error?.message);
  return error === undefined ? reset : Object.assign(reset, { cause: error });
}
