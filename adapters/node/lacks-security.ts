import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Whether HTTP/2 was agreed on over a TLS that is older than the 1.2 which it needs (RFC 9113 section 9.2). */
export function lacksSecurity(socket: Socket): boolean {
  const { alpnProtocol } = socket as Partial<TLSSocket>;
  return alpnProtocol === 'h2' && /^TLSv1(\.1)?$/.test((socket as TLSSocket).getProtocol() ?? '');
}
