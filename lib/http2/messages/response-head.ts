import { failStream } from '../fail-stream.ts';
import type { Header } from '../header.ts';
import { fieldRules } from './field-rules.ts';

/** A response's head, validated. */
export interface ResponseHead {
  /** 100 to 999, but not 101. Below 200 it is informational. */
  readonly status: number;
  readonly headers: readonly Header[];
  readonly contentLength: number | undefined;
}

/**
 * Validates a response (RFC 9113 section 8.3.2; 101 is none of HTTP/2: section 8.6).
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope stream: PROTOCOL_ERROR.
 */
export function responseHead(fields: Iterable<Header>): ResponseHead {
  const { pseudo, headers, contentLength } = fieldRules(fields, ':status');
  const [status = ''] = pseudo;
  if (!/^[1-9][0-9]{2}$/.test(status) || status === '101') failStream('Missing or invalid :status');
  return { status: Number(status), headers, contentLength };
}
