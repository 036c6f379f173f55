import { connectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { readUint32 } from './frames/read-uint32.ts';

/** The parameters of one side (RFC 9113 section 6.5.2, RFC 8441 section 3), with their initial values to begin with. */
export class Settings {
  headerTableSize = 4096;
  enablePush = 1;
  maxConcurrentStreams: number = Number.POSITIVE_INFINITY;
  initialWindowSize = 65_535;
  maxFrameSize = 16_384;
  maxHeaderListSize: number = Number.POSITIVE_INFINITY;
  enableConnectProtocol = 0;

  /**
   * Applies a SETTINGS frame of the peer's, parameter by parameter, in order. Unknown ones are ignored.
   * @param fromServer - The peer is a server, which may not enable push.
   * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: PROTOCOL_ERROR, or FLOW_CONTROL_ERROR for a window past 2^31-1.
   */
  apply(payload: Uint8Array, fromServer: boolean): void {
    for (let at = 0; at + 6 <= payload.byteLength; at += 6) {
      const id = readUint32(payload, at) >>> 16;
      const value = readUint32(payload, at + 2);
      const bad = (wrong: boolean, code: number = ErrorCode.PROTOCOL_ERROR): void => {
        if (wrong) throw connectionError(code, `Setting ${id} cannot be ${value}`);
      };
      if (id === 1) this.headerTableSize = value;
      else if (id === 2) {
        bad(value > (fromServer ? 0 : 1));
        this.enablePush = value;
      } else if (id === 3) this.maxConcurrentStreams = value;
      else if (id === 4) {
        bad(value > 0x7fffffff, ErrorCode.FLOW_CONTROL_ERROR);
        this.initialWindowSize = value;
      } else if (id === 5) {
        bad(value < 16_384 || value > 0xffffff);
        this.maxFrameSize = value;
      } else if (id === 6) this.maxHeaderListSize = value;
      else if (id === 8) {
        // RFC 8441 section 3: it is not taken back.
        bad(value > 1 || value < this.enableConnectProtocol);
        this.enableConnectProtocol = value;
      } else if (id === 9) bad(value > 1);
    }
  }
}
