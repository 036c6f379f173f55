import { connectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { readUint32 } from './frames/read-uint32.ts';

const UINT32 = 0xffffffff;

/** By identifier: the field, and its least and greatest value (RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1). */
const PARAMETERS = [
  undefined,
  ['headerTableSize', 0, UINT32],
  ['enablePush', 0, 1],
  ['maxConcurrentStreams', 0, UINT32],
  ['initialWindowSize', 0, 0x7fffffff],
  ['maxFrameSize', 16_384, 0xffffff],
  ['maxHeaderListSize', 0, UINT32],
  undefined,
  ['enableConnectProtocol', 0, 1],
  ['noRfc7540Priorities', 0, 1],
] as const;

/** The parameters of one side, with their initial values to begin with. */
export class Settings {
  headerTableSize = 4096;
  enablePush = 1;
  maxConcurrentStreams: number = Number.POSITIVE_INFINITY;
  initialWindowSize = 65_535;
  maxFrameSize = 16_384;
  maxHeaderListSize: number = Number.POSITIVE_INFINITY;
  enableConnectProtocol = 0;
  noRfc7540Priorities = 0;

  /**
   * Applies a SETTINGS frame of the peer's, parameter by parameter, in order. Unknown ones are ignored.
   * @param fromServer - The peer is a server, which may not enable push.
   * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: PROTOCOL_ERROR, or FLOW_CONTROL_ERROR for a window past 2^31-1.
   */
  apply(payload: Uint8Array, fromServer: boolean): void {
    for (let at = 0; at + 6 <= payload.byteLength; at += 6) {
      const id = readUint32(payload, at) >>> 16;
      const value = readUint32(payload, at + 2);
      const parameter = PARAMETERS[id];
      if (parameter === undefined) continue;
      const [name, min, max] = parameter;
      // RFC 8441 section 3: extended CONNECT is not taken back.
      const least = id === 8 ? this.enableConnectProtocol : min;
      if (value < least || value > (id === 2 && fromServer ? 0 : max))
        throw connectionError(
          id === 4 ? ErrorCode.FLOW_CONTROL_ERROR : ErrorCode.PROTOCOL_ERROR,
          `Setting ${id} cannot be ${value}`,
        );
      this[name] = value;
    }
  }
}
