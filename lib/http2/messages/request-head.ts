import { TOKEN } from '../../bytes/token.ts';
import { failStream } from '../fail-stream.ts';
import type { Header } from '../header.ts';
import { fieldRules } from './field-rules.ts';

/** A request's head, validated. */
export interface RequestHead {
  readonly method: string;
  /** In lower case. Empty for a plain CONNECT. */
  readonly scheme: string;
  /** From `:authority`, else from `host`; empty where neither is needed. */
  readonly authority: string;
  /** Empty for a plain CONNECT. */
  readonly path: string;
  /** RFC 8441: what an extended CONNECT asks for. */
  readonly protocol: string | undefined;
  readonly headers: readonly Header[];
  readonly contentLength: number | undefined;
}

const SCHEME = /^[a-z][a-z0-9+.-]*$/;
/** RFC 3986 section 3.2 without userinfo (RFC 9113 section 8.3.1), also an IPv6 address in brackets. */
const AUTHORITY = /^(?:\[[0-9A-Za-z:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::[0-9]*)?$/;
/** Of a CONNECT: RFC 9110 section 9.3.6 has an empty or invalid one refused. */
const PORT = /:0*[1-9][0-9]*$/;
/** Visible ASCII but for `#`, which begins a fragment. */
const TARGET = /^[!-"$-~]+$/;

function check(holds: boolean, name: string): void {
  if (!holds) failStream(`Missing or invalid ${name}`);
}

/**
 * Validates a request (RFC 9113 section 8.3.1, CONNECT 8.5, extended CONNECT RFC 8441 section 4).
 * @param extendedConnect - Whether SETTINGS_ENABLE_CONNECT_PROTOCOL was given.
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope stream: PROTOCOL_ERROR.
 */
export function requestHead(fields: Iterable<Header>, extendedConnect: boolean): RequestHead {
  const { pseudo, headers, contentLength } = fieldRules(
    fields,
    ':method',
    ':scheme',
    ':authority',
    ':path',
    ':protocol',
  );
  const [method = '', anyCase = '', given = '', path = '', protocol] = pseudo;
  // RFC 3986 section 3.1.
  const scheme = anyCase.toLowerCase();
  const connect = method === 'CONNECT';
  const plain = connect && protocol === undefined;
  const web = !plain && /^https?$/.test(scheme);
  const [host, another] = headers.filter(([name]) => name === 'host').map(([, value]) => value);
  // Others need none; `host` is theirs only as a field.
  const authority = given || (web && host) || '';
  const same = host === undefined || host.toLowerCase() === (authority || host).toLowerCase();
  check(same && another === undefined, 'host');
  check(TOKEN.test(method), ':method');
  check(protocol === undefined || (connect && extendedConnect && TOKEN.test(protocol)), ':protocol');
  check(plain ? scheme === '' : SCHEME.test(scheme), ':scheme');
  const absolute = path[0] === '/' || (path === '*' && method === 'OPTIONS');
  check(plain ? path === '' : TARGET.test(path) && (!web || absolute), ':path');
  check(authority === '' ? !plain && !web : AUTHORITY.test(authority), ':authority');
  check(!plain || PORT.test(authority), 'port');
  // RFC 9110 section 9.3.6: a CONNECT has no content, and the length of none.
  const length = connect ? undefined : contentLength;
  return { method, scheme, authority, path, protocol, headers, contentLength: length };
}
