import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import * as Flag from './flag.ts';
import type { Frame } from './frame.ts';
import * as FrameType from './frame-type.ts';

/** Where a type may stand (0: the connection only, 1: streams only, 2: both), its shortest and longest payload, and what that is a multiple of. */
type Rule = readonly [scope: 0 | 1 | 2, min?: number, max?: number | undefined, unit?: number];

/** By frame type (RFC 9113 sections 6.1 to 6.10, RFC 9218 section 7.1). A PRIORITY of a wrong size is a stream error: left to the connection. */
const RULES: Readonly<Record<number, Rule>> = {
  0: [1],
  1: [1],
  2: [1],
  3: [1, 4, 4],
  4: [0, 0, undefined, 6],
  5: [1, 4],
  6: [0, 8, 8],
  7: [0, 8],
  8: [2, 4, 4],
  9: [1],
  16: [0, 4],
};
const UNKNOWN: Rule = [2];
/** With ACK it has no payload. */
const SETTINGS_ACK: Rule = [0, 0, 0];

/**
 * What can be told from the nine octets of a frame header alone.
 * @returns Whether a pad length follows.
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: FRAME_SIZE_ERROR (section 4.2), PROTOCOL_ERROR for a wrong stream identifier.
 */
export function checkFrameHeader({ type, flags, streamId, length }: Frame, maxFrameSize: number): boolean {
  const padded = type <= FrameType.HEADERS && (flags & Flag.PADDED) !== 0;
  const ack = type === FrameType.SETTINGS && (flags & Flag.ACK) !== 0;
  const priority = type === FrameType.HEADERS && (flags & Flag.PRIORITY) !== 0;
  const rule = ack ? SETTINGS_ACK : (RULES[type] ?? UNKNOWN);
  const [scope, min = priority ? 5 : 0, max = maxFrameSize, unit = 1] = rule;
  if (scope !== 2 && (streamId === 0) !== (scope === 0))
    fail(`Frame type ${type} cannot be on stream ${streamId}`);
  if (length < min + Number(padded) || length > max || length % unit !== 0)
    fail(`Frame type ${type} cannot have ${length} bytes`, ErrorCode.FRAME_SIZE_ERROR);
  return padded;
}
