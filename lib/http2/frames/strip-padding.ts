import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from './flag.ts';

/**
 * The payload of a HEADERS or PUSH_PROMISE frame without its padding (RFC 9113 section 6.2), as a view.
 * @param fixed - Octets that must be there beside the padding: 5 with the PRIORITY flag, 4 in PUSH_PROMISE.
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: FRAME_SIZE_ERROR when the fixed part does not fit, PROTOCOL_ERROR when the padding does not.
 */
export function stripPadding(payload: Uint8Array, flags: number, fixed: number): Uint8Array {
  const padded = (flags & Flag.PADDED) !== 0 ? 1 : 0;
  if (payload.byteLength < padded + fixed)
    throw connectionError(ErrorCode.FRAME_SIZE_ERROR, 'Frame is too short for its flags');
  const end = payload.byteLength - (padded === 1 ? (payload[0] ?? 0) : 0);
  if (end < padded + fixed) throw connectionError(ErrorCode.PROTOCOL_ERROR, 'Padding is over the payload');
  return payload.subarray(padded, end);
}
