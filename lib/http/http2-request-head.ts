import type { Header } from '../http2/header.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { pairsOf } from './pairs-of.ts';

/** The head of a request (RFC 9113 section 8.3.1). */
export function http2RequestHead({
  method,
  url,
  host,
  fields,
  contentLength,
  tunnel,
}: OutgoingRequest): Header[] {
  const head: Header[] = [
    [':method', method],
    [':authority', host],
  ];
  const protocol = tunnel?.protocol;
  // RFC 9113 section 8.5: a CONNECT has neither scheme nor path; RFC 8441 section 4: an extended one has both.
  if (!tunnel || protocol !== undefined)
    head.push([':scheme', url.protocol.slice(0, -1)], [':path', url.pathname + url.search]);
  if (protocol !== undefined) head.push([':protocol', protocol]);
  head.push(...pairsOf(fields).filter(([name]) => name !== 'connection'));
  if (contentLength !== undefined) head.push(['content-length', String(contentLength)]);
  return head;
}
