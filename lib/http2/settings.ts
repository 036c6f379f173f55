import * as ErrorCode from './error-code.ts';
import { fail } from './fail.ts';
import { readUint32 } from './frames/read-uint32.ts';

const NONE = Number.POSITIVE_INFINITY;

/** By identifier: the field, its initial value, and its greatest and least (RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1). */
const PARAMETERS = [
  undefined,
  ['headerTableSize', 4096],
  ['enablePush', 1, 1],
  ['maxConcurrentStreams', NONE],
  ['initialWindowSize', 65_535, 0x7fffffff],
  ['maxFrameSize', 16_384, 0xffffff, 16_384],
  ['maxHeaderListSize', NONE],
  undefined,
  ['enableConnectProtocol', 0, 1],
  ['noRfc7540Priorities', 0, 1],
] as const;

/** The parameters of one side, with their initial values to begin with. */
export class Settings {
  declare headerTableSize: number;
  declare enablePush: number;
  declare maxConcurrentStreams: number;
  declare initialWindowSize: number;
  declare maxFrameSize: number;
  declare maxHeaderListSize: number;
  declare enableConnectProtocol: number;
  declare noRfc7540Priorities: number;

  constructor() {
    for (const parameter of PARAMETERS) if (parameter !== undefined) this[parameter[0]] = parameter[1];
  }

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
      const [name, , max = NONE, min = 0] = parameter;
      // RFC 8441 section 3: extended CONNECT is not taken back.
      const least = id === 8 ? this.enableConnectProtocol : min;
      if (value < least || value > (id === 2 && fromServer ? 0 : max))
        fail(
          `Setting ${id} cannot be ${value}`,
          id === 4 ? ErrorCode.FLOW_CONTROL_ERROR : ErrorCode.PROTOCOL_ERROR,
        );
      this[name] = value;
    }
  }
}
