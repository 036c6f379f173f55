import { ProtocolError } from '../errors/protocol-error.ts';

/**
 * A fault of the peer in HTTP/1.1 framing or syntax. Each ends the connection: after it, nothing tells where a next message would start.
 *
 * @param statusHint null in a response, which nobody answers. Default 400.
 */
export function fault(message: string, statusHint: number | null = 400, offset = 0): ProtocolError {
  return new ProtocolError(message, {
    protocol: 'http/1.1',
    scope: 'connection',
    offset,
    ...(statusHint !== null && { statusHint }),
  });
}
