import { ProtocolError } from '../errors/protocol-error.ts';

/** A fault of the peer in HTTP/1.1 framing or syntax. Each ends the connection: after it, nothing tells where a next message would start. */
export function fault(message: string, offset: number, statusHint?: number): ProtocolError {
  return new ProtocolError(message, {
    protocol: 'http/1.1',
    scope: 'connection',
    offset,
    ...(statusHint !== undefined && { statusHint }),
  });
}
