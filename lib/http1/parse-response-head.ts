import { FieldScanner } from './field-scanner.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { type ResponseHead, responseHead } from './response-head.ts';

/**
 * Parses one response head that is at hand as a whole (RFC 9112 sections 4 and 5). `Http1Connection` reads them in pieces.
 *
 * @param input Begins with the head.
 * @param method The method of the request that it answers: HEAD and CONNECT change the framing.
 * @param limits `maxHeaderBytes` and `maxHeaderCount`; the defaults are `HTTP1_LIMITS`.
 * @returns The head and the position of the byte after it, or null where the head is not complete.
 * @throws ProtocolError `ERR_PROTOCOL`.
 *
 * @example
 * parseResponseHead(new TextEncoder().encode('HTTP/1.1 204 No Content\r\n\r\n'), 'GET')?.head.status; // 204
 */
export function parseResponseHead(
  input: Uint8Array,
  method: string,
  limits?: Partial<Http1Limits>,
): { head: ResponseHead; end: number } | null {
  const scanner = new FieldScanner('response', { ...HTTP1_LIMITS, ...limits, fold: true });
  const end = scanner.scan(input, 0, input.byteLength);
  if (scanner.error !== null) throw scanner.error;
  return scanner.done ? { head: responseHead(scanner, method), end } : null;
}
