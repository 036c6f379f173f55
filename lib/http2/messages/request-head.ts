import type { Header } from '../header.ts';
import { fieldRules } from './field-rules.ts';

/** A request's head, validated. */
export interface RequestHead {
  readonly method: string;
  /** Empty for a plain CONNECT. */
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

const PSEUDO = [':method', ':scheme', ':authority', ':path', ':protocol'];
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
/** RFC 3986 section 3.2 without userinfo (RFC 9113 section 8.3.1), also an IPv6 address in brackets. */
const AUTHORITY = /^(?:\[[0-9A-Za-z:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::[0-9]*)?$/;
/** Visible ASCII but for `#`, which begins a fragment. */
const TARGET = /^[!-"$-~]+$/;

const INVALID = 'Missing or invalid';

/**
 * Validates a request (RFC 9113 section 8.3.1, CONNECT 8.5, extended CONNECT RFC 8441 section 4).
 * @param extendedConnect - Whether SETTINGS_ENABLE_CONNECT_PROTOCOL was given.
 * @returns The head, or what is malformed in it.
 */
export function requestHead(fields: Iterable<Header>, extendedConnect: boolean): RequestHead | string {
  const section = fieldRules(fields, PSEUDO);
  if (typeof section === 'string') return section;
  const { pseudo, headers, contentLength } = section;
  const {
    ':method': method = '',
    ':scheme': scheme = '',
    ':path': path = '',
    ':protocol': protocol,
  } = pseudo;
  const hosts = headers.filter(([name]) => name === 'host');
  const host = hosts[0]?.[1];
  let authority = pseudo[':authority'] ?? host;
  if (!TOKEN.test(method)) return `${INVALID} :method`;
  if (hosts.length > 1 || (host !== undefined && host.toLowerCase() !== authority?.toLowerCase()))
    return 'More than one host';
  const connect = method === 'CONNECT';
  if (protocol !== undefined && (!connect || !extendedConnect || !TOKEN.test(protocol)))
    return `${INVALID} :protocol`;
  if (connect && protocol === undefined) {
    authority = pseudo[':authority'];
    if (pseudo[':scheme'] !== undefined || pseudo[':path'] !== undefined || authority === undefined)
      return `${INVALID} :authority, or more than that`;
  } else {
    if (!SCHEME.test(scheme)) return `${INVALID} :scheme`;
    const web = /^https?$/i.test(scheme);
    const absolute = path[0] === '/' || (path === '*' && method === 'OPTIONS');
    if (!TARGET.test(path) || (web && !absolute)) return `${INVALID} :path`;
    // Others need none; `host` is theirs only as a field.
    if (!web) authority = pseudo[':authority'];
    else if (authority === undefined) return `${INVALID} :authority`;
  }
  if (authority !== undefined && !AUTHORITY.test(authority)) return `${INVALID} :authority`;
  return { method, scheme, authority: authority ?? '', path, protocol, headers, contentLength };
}
