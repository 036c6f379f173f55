import { FieldScanner } from './field-scanner.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { type RequestHead, requestHead } from './request-head.ts';

/**
 * Parses one request head that is at hand as a whole (RFC 9112 sections 3 and 5). `Http1Connection` reads them in pieces.
 *
 * @param input Begins with the head.
 * @param limits `maxHeaderBytes` and `maxHeaderCount`; the defaults are `HTTP1_LIMITS`.
 * @returns The head and the position of the byte after it, or null where the head is not complete.
 * @throws ProtocolError `ERR_PROTOCOL` with the `statusHint` to answer: 400, 413, 414, 417, 431, 501 or 505.
 *
 * @example
 * parseRequestHead(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))?.head.authority; // 'a'
 */
export function parseRequestHead(
  input: Uint8Array,
  limits?: Partial<Http1Limits>,
): { head: RequestHead; end: number } | null {
  const scanner = new FieldScanner('request', { ...HTTP1_LIMITS, ...limits });
  const end = scanner.scan(input, 0, input.byteLength);
  if (scanner.error !== null) throw scanner.error;
  return scanner.done ? { head: requestHead(scanner), end } : null;
}
