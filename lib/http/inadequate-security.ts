import { ProtocolError } from '../errors/protocol-error.ts';
import { INADEQUATE_SECURITY } from '../http2/error-code.ts';

/**
 * What is wrong with HTTP/2 over a TLS older than 1.2 (RFC 9113 section 9.2).
 *
 * @param alpn The protocol that was agreed on, where there is TLS.
 * @param version The version of TLS, as Node and OpenSSL name it.
 */
export function inadequateSecurity(alpn: unknown, version?: string | null): ProtocolError | undefined {
  if (alpn !== 'h2' || !/^TLSv1(\.1)?$/.test(version ?? '')) return undefined;
  return new ProtocolError('HTTP/2 needs TLS 1.2 or later', {
    protocol: 'h2',
    errorCode: INADEQUATE_SECURITY,
  });
}
