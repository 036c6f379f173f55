import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { Flag } from './flag.ts';

/** Where a type may stand (0: the connection only, 1: streams only, 2: both), and its shortest and longest payload. */
type Rule = readonly [scope: 0 | 1 | 2, min: number, max: number];

const ANY = 0xffffff;

/** By frame type, 0 to 9 (RFC 9113 sections 6.1 to 6.10). A PRIORITY of a wrong size is a stream error: left to the connection. */
const RULES: readonly Rule[] = [
  [1, 0, ANY],
  [1, 0, ANY],
  [1, 0, ANY],
  [1, 4, 4],
  [0, 0, ANY],
  [1, 4, ANY],
  [0, 8, 8],
  [0, 8, ANY],
  [2, 4, 4],
  [1, 0, ANY],
];

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
  if (length > maxFrameSize)
    throw connectionError(
      ErrorCode.FRAME_SIZE_ERROR,
      `Frame of ${length} bytes is over the maximum of ${maxFrameSize}`,
    );
  const rule = type === 0x10 ? ([0, 4, ANY] as const) : RULES[type];
  if (rule === undefined) return;
  if (rule[0] !== 2 && (streamId === 0) !== (rule[0] === 0))
    throw connectionError(ErrorCode.PROTOCOL_ERROR, `Frame type ${type} cannot be on stream ${streamId}`);
  const wrongSettings = type === 4 && (length % 6 !== 0 || ((flags & Flag.ACK) !== 0 && length !== 0));
  if (length < rule[1] || length > rule[2] || wrongSettings)
    throw connectionError(ErrorCode.FRAME_SIZE_ERROR, `Frame type ${type} cannot have ${length} bytes`);
}
