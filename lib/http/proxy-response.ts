import { bodyOf } from '../body/body-of.ts';
import { keptBody } from '../body/message-body.ts';
import { TOKEN } from '../bytes/token.ts';
import { tokens } from '../http1/tokens.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import { respond } from './respond.ts';

/**
 * A Response that is right to pass on: without the fields of the connection it came over, and without the
 * content-encoding and content-length that the runtime's `fetch` has already undone. The body, its trailers and, where it
 * is still true, its length are kept; but trailers that nobody declared, behind a body of known length over HTTP/2, come after
 * the end that the length has told, and are lost.
 *
 * @see RFC 9110 section 7.6.1
 * @example
 * ```ts
 * import { proxyResponse } from 'sluice/http';
 *
 * const upstream = new Response('hi', { headers: { connection: 'x-hop', 'x-hop': '1', 'x-end': '2' } });
 * const passed = proxyResponse(upstream);
 * console.log([...passed.headers.keys()].includes('x-hop'), passed.headers.get('x-end')); // false 2
 * ```
 */
export function proxyResponse(response: Response): Response {
  const headers = new Headers(response.headers);
  const coding = headers.get('transfer-encoding');
  for (const name of [...connectionFields, ...tokens(headers.get('connection'))]) {
    if (TOKEN.test(name)) headers.delete(name);
  }
  // One that nobody has undone can not be passed on, and is refused.
  if (coding && coding.toLowerCase() !== 'chunked') headers.set('transfer-encoding', coding);
  const decoded = keptBody(response) === undefined && response.url !== '' && headers.has('content-encoding');
  if (decoded) {
    headers.delete('content-encoding');
    headers.delete('content-length');
  }
  const { status, statusText } = response;
  return respond(response.body === null ? null : bodyOf(response), { status, statusText, headers });
}
