import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import * as Flag from './flag.ts';

/**
 * The payload of a HEADERS or PUSH_PROMISE frame without its padding (RFC 9113 section 6.2), as a view.
 * @param fixed - Octets that must be there beside the padding: 5 with the PRIORITY flag, 4 in PUSH_PROMISE.
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: FRAME_SIZE_ERROR when the fixed part does not fit, PROTOCOL_ERROR when the padding does not.
 */
export function stripPadding(payload: Uint8Array, flags: number, fixed: number): Uint8Array {
  const padded = (flags & Flag.PADDED) !== 0 ? 1 : 0;
  let end = payload.byteLength;
  if (end < padded + fixed) fail('Frame is too short', ErrorCode.FRAME_SIZE_ERROR);
  if (padded > 0) end -= payload[0] ?? 0;
  if (end < padded + fixed) fail('Padding is too long');
  return payload.subarray(padded, end);
}
