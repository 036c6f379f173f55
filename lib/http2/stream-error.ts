import { ProtocolError } from '../errors/protocol-error.ts';

/** An error that ends one stream with RST_STREAM (RFC 9113 section 5.4.2). `errorCode` is a section 7 code. */
export function streamError(errorCode: number, message: string): ProtocolError {
  return new ProtocolError(message, { protocol: 'h2', errorCode, scope: 'stream' });
}
