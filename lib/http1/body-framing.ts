import { TCHAR } from '../bytes/token.ts';
import { fault } from './fault.ts';
import { type FieldFacts, fieldFacts } from './field-facts.ts';
import type { FlatFields } from './fields.ts';
import { tokens } from './tokens.ts';

/** How the end of a body is known (RFC 9112 section 6.3). `length` is bytes; undefined where only the wire tells. */
export interface BodyFraming {
  /** `tunnel`: the message ends with its head and the connection belongs to another protocol. */
  readonly kind: 'none' | 'length' | 'chunked' | 'close' | 'tunnel';
  readonly length: number | undefined;
}

/** What decides the framing of a request. */
export interface RequestFramingHead {
  readonly role: 'request';
  readonly version: '1.0' | '1.1';
  readonly headers: FlatFields;
}

/** What decides the framing of a response: its request's method too. */
export interface ResponseFramingHead {
  readonly role: 'response';
  readonly version: '1.0' | '1.1';
  readonly headers: FlatFields;
  readonly status: number;
  /** The method of the request that it answers. */
  readonly method: string;
}

export type FramingHead = RequestFramingHead | ResponseFramingHead;

const framing = (kind: BodyFraming['kind'], length?: number): BodyFraming => ({ kind, length });

const NONE = framing('none', 0);
const CHUNKED = framing('chunked');
const CLOSE = framing('close');
const TUNNEL = framing('tunnel', 0);

/** RFC 9112 section 7: chunked has no parameters. */
const CODING = new RegExp(`^(?!chunked[ \\t;])${TCHAR}+(?:[ \\t]*;[ \\t]*${TCHAR}+=${TCHAR}+)*$`);

/** Content-Length: one line, digits, below 2^53 (RFC 9110 section 8.6, RFC 9112 section 6.3 item 5). */
function lengthOf(value: string): number {
  if (!/^\d+$/.test(value)) throw fault('Content-Length must be digits, once');
  const length = Number(value);
  if (!Number.isSafeInteger(length)) throw fault('Content-Length is 2^53 or more', 413);
  return length;
}

/**
 * Transfer-Encoding with any number of codings.
 *
 * | last coding | before it | request | response |
 * | --- | --- | --- | --- |
 * | chunked | nothing | chunked | chunked |
 * | chunked | chunked | 400 | fault |
 * | chunked | another coding | 501 | fault: the chunks could be read, what is in them could not |
 * | another, or none | anything | 400 (6.3 item 4) | until close (6.3 item 4) |
 * | chunked with parameters, or not a token | anything | 400 | fault |
 *
 * "Any coding but chunked is refused" and "not ending in chunked runs until close" meet in the fourth row: its end is
 * certain (the close), the connection is never used again, and the field stays in the headers for the reader to see.
 */
function transferFraming(value: string, request: boolean): BodyFraming {
  const codings = tokens(value);
  if (!codings.every((coding) => CODING.test(coding))) throw fault('bad Transfer-Encoding');
  if (codings.pop() !== 'chunked') {
    if (request) throw fault('Transfer-Encoding must end in chunked');
    return CLOSE;
  }
  if (codings.includes('chunked')) throw fault('Transfer-Encoding is chunked more than once');
  if (codings.length > 0) throw fault('Transfer-Encoding other than chunked', 501);
  return CHUNKED;
}

/** The framing with its facts at hand. @internal */
export function framingOf(head: FramingHead, facts: FieldFacts): BodyFraming {
  const request = head.role === 'request';
  // 6.3 item 2: what a tunnel's head says of lengths is ignored.
  if (!request && head.method === 'CONNECT' && head.status >= 200 && head.status < 300) return TUNNEL;
  const { 'content-length': declared, 'transfer-encoding': coding } = facts;
  const length = declared === undefined ? undefined : lengthOf(declared);
  if (coding !== undefined) {
    if (length !== undefined) throw fault('Transfer-Encoding with Content-Length'); // 6.3 item 3, 11.2
    if (head.version === '1.0') throw fault('Transfer-Encoding in HTTP/1.0'); // 6.1
  }
  if (!request) {
    if (head.status === 101) return TUNNEL;
    // 6.3 item 1
    if (head.method === 'HEAD' || head.status < 200 || head.status === 204 || head.status === 304)
      return NONE;
  }
  if (coding !== undefined) return transferFraming(coding, request);
  if (length !== undefined) return framing('length', length);
  return request ? NONE : CLOSE; // 6.3 items 7 and 8
}

/**
 * How long the body of a message is: RFC 9112 section 6.3, without its leniencies.
 *
 * @param head The version and fields (names in lower case); for a response its status and the method it answers.
 * @returns The kind, and the length in bytes where the head tells it.
 * @throws ProtocolError `ERR_PROTOCOL` with `statusHint` 400, 413 (2^53 bytes or more) or 501 (a coding other than chunked).
 *
 * @example
 * bodyFraming({ role: 'request', version: '1.1', headers: ['content-length', '5'] }); // { kind: 'length', length: 5 }
 */
export function bodyFraming(head: FramingHead): BodyFraming {
  return framingOf(head, fieldFacts(head.headers));
}
