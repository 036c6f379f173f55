import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inadequateSecurity } from '../../lib/http/inadequate-security.ts';

/** Why HTTP/2 may not be spoken here, if it may not. */
export function insecurityOf(socket: Socket): Error | undefined {
  const tls = socket as Partial<TLSSocket>;
  return inadequateSecurity(tls.alpnProtocol, tls.getProtocol?.());
}
