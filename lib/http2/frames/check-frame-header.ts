import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from './flag.ts';

/** Where a type may stand (0: the connection only, 1: streams only, 2: both), and its shortest and longest payload. */
type Rule = readonly [scope: 0 | 1 | 2, min?: number, max?: number];

/** By frame type (RFC 9113 sections 6.1 to 6.10, RFC 9218 section 7.1). A PRIORITY of a wrong size is a stream error: left to the connection. */
const RULES: Readonly<Record<number, Rule>> = {
  0: [1],
  1: [1],
  2: [1],
  3: [1, 4, 4],
  4: [0],
  5: [1, 4],
  6: [0, 8, 8],
  7: [0, 8],
  8: [2, 4, 4],
  9: [1],
  16: [0, 4],
};
const UNKNOWN: Rule = [2];

/**
 * What can be told from the nine octets of a frame header alone.
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: FRAME_SIZE_ERROR (section 4.2), PROTOCOL_ERROR for a wrong stream identifier.
 */
export function checkFrameHeader(
  type: number,
  flags: number,
  streamId: number,
  length: number,
  maxFrameSize: number,
): void {
  const [scope, min = 0, max = maxFrameSize] = RULES[type] ?? UNKNOWN;
  if (scope !== 2 && (streamId === 0) !== (scope === 0))
    throw connectionError(ErrorCode.PROTOCOL_ERROR, `Frame type ${type} cannot be on stream ${streamId}`);
  const padded = type === 0 && (flags & Flag.PADDED) !== 0 ? 1 : 0;
  const wrongSettings = type === 4 && (length % 6 !== 0 || ((flags & Flag.ACK) !== 0 && length !== 0));
  if (length < min + padded || length > max || wrongSettings)
    throw connectionError(ErrorCode.FRAME_SIZE_ERROR, `Frame type ${type} cannot have ${length} bytes`);
}
