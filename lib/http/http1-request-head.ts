import { writeRequestHead } from '../http1/write-request-head.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** The head of a request (RFC 9112 section 3); an upgrade asks with a GET. @throws TypeError where a field can not be written. */
export function http1RequestHead(
  { method, url, host, fields, contentLength, tunnel }: OutgoingRequest,
  chunked: boolean,
): Uint8Array {
  const headers = ['host', host, ...fields];
  const protocol = tunnel?.protocol;
  if (protocol !== undefined) {
    method = 'GET';
    headers.push('connection', 'upgrade', 'upgrade', protocol);
  }
  const target = method === 'CONNECT' ? host : url.pathname + url.search;
  if (chunked) headers.push('transfer-encoding', 'chunked');
  else if (contentLength !== undefined) headers.push('content-length', String(contentLength));
  return writeRequestHead({ method, target, headers });
}
