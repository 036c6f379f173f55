import { ProtocolError } from '../errors/protocol-error.ts';

/** An error that ends the connection with GOAWAY (RFC 9113 section 5.4.1). `errorCode` is a section 7 code. */
export function connectionError(errorCode: number, message: string): ProtocolError {
  return new ProtocolError(message, { protocol: 'h2', errorCode, scope: 'connection' });
}
