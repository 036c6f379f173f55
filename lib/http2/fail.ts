import { ProtocolError } from '../errors/protocol-error.ts';
import * as ErrorCode from './error-code.ts';

/**
 * What the peer did wrong: the end of the connection, by GOAWAY (RFC 9113 section 5.4.1), or of one stream, by RST_STREAM (section 5.4.2).
 * @throws {ProtocolError} `ERR_PROTOCOL`. `errorCode` is a section 7 code.
 */
export function fail(
  message: string,
  errorCode: number = ErrorCode.PROTOCOL_ERROR,
  scope: 'connection' | 'stream' = 'connection',
): never {
  throw new ProtocolError(message, { protocol: 'h2', errorCode, scope });
}
