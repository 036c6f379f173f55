import { cannot } from '../errors/cannot.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import type { TunnelInit } from './connection.ts';
import type { FetchAPI } from './fetch-api.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/**
 * What goes out to leave HTTP: with a protocol an upgrade (RFC 9110 section 7.8), which HTTP/2 makes an extended CONNECT
 * (RFC 8441), else a CONNECT to a host and port (RFC 9110 section 9.3.6).
 *
 * @throws TypeError for what can be neither.
 */
export function outgoingTunnel(
  target: URL | string,
  { protocol, headers, signal }: TunnelInit,
  origin: string,
  api: FetchAPI,
): OutgoingRequest {
  if (protocol === undefined && !/^[^/?#@]+:\d+$/.test(String(target)))
    throw cannot('open a tunnel', 'its target must be a host and port', String(target));
  const url = protocol === undefined ? new URL(`http://${target}`) : new URL(target, origin);
  const fields = [...new api.Headers(headers)].filter(
    ([name]) => !connectionFields.has(name) && name !== 'host' && name !== 'content-length',
  );
  return {
    method: 'CONNECT',
    url,
    fields: fields.flat(),
    host: protocol === undefined ? String(target) : url.host,
    body: null,
    contentLength: undefined,
    signal,
    onInformational: undefined,
    tunnel: { protocol },
  };
}
