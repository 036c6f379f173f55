import { BodyCore } from '../body/body-core.ts';
import { responseHeadText } from '../http1/write-response-head.ts';
import { dateField } from './date-field.ts';
import type { OutgoingResponse } from './outgoing-response.ts';

/** How a response's body is delimited: by the length, by chunks, or by the end of the connection. */
export type Delimiter = 'length' | 'chunked' | 'close';

/** RFC 9112 section 6.3, from the sender's side. Trailers need chunks (section 7.1.2). */
export function delimiterOf(outgoing: OutgoingResponse, version: '1.0' | '1.1'): Delimiter {
  const { body, contentLength } = outgoing;
  if (!(body instanceof BodyCore)) return 'length';
  if (version === '1.1' && (contentLength === undefined || body.trailers !== undefined)) return 'chunked';
  return contentLength === undefined ? 'close' : 'length';
}

/** The head of a final response, one character to one byte. @throws TypeError where a field can not be written. */
export function responseHead(
  outgoing: OutgoingResponse,
  delimiter: Delimiter,
  version: '1.0' | '1.1',
  keepAlive: boolean,
): string {
  const { status, statusText, contentLength } = outgoing;
  const headers: string[] = [];
  let dated = false;
  for (const [name, value] of outgoing.fields) {
    headers.push(name, value);
    if (name === 'date') dated = true;
  }
  if (!dated) headers.push('date', dateField());
  if (delimiter === 'chunked') headers.push('transfer-encoding', 'chunked');
  else if (delimiter === 'length' && contentLength !== undefined)
    headers.push('content-length', String(contentLength));
  if (!keepAlive) headers.push('connection', 'close');
  else if (version === '1.0') headers.push('connection', 'keep-alive');
  return responseHeadText(statusText === '' ? { status, headers } : { status, headers, reason: statusText });
}

/** A whole response that ends the connection: to a request that could not be read. */
export function refusal(status: number): string {
  const headers = ['date', dateField(), 'content-length', '0', 'connection', 'close'];
  return responseHeadText({ status, headers });
}
