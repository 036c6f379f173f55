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

/**
 * Validates a request (RFC 9113 section 8.3.1, CONNECT 8.5, extended CONNECT RFC 8441 section 4).
 * @param extendedConnect - Whether SETTINGS_ENABLE_CONNECT_PROTOCOL was given.
 * @returns The head, or what is malformed in it.
 */
export function requestHead(fields: Iterable<Header>, extendedConnect: boolean): RequestHead | string {
  const section = fieldRules(fields, PSEUDO);
  if (typeof section === 'string') return section;
  const { pseudo, headers, contentLength } = section;
  const method = pseudo[':method'];
  const scheme = pseudo[':scheme'];
  const path = pseudo[':path'];
  const protocol = pseudo[':protocol'];
  let authority = pseudo[':authority'];
  const hosts = headers.filter(([name]) => name === 'host');
  if (method === undefined || !TOKEN.test(method)) return 'Pseudo-header field :method is missing or invalid';
  if (hosts.length > 1) return 'Field host twice';
  const host = hosts[0]?.[1];
  if (host !== undefined && authority !== undefined && host.toLowerCase() !== authority.toLowerCase())
    return 'Field host differs from :authority';
  const connect = method === 'CONNECT';
  if (protocol !== undefined && (!connect || !extendedConnect || !TOKEN.test(protocol)))
    return 'Pseudo-header field :protocol cannot be here';
  if (connect && protocol === undefined) {
    if (scheme !== undefined || path !== undefined || authority === undefined)
      return 'CONNECT takes :authority, and neither :scheme nor :path';
  } else {
    if (scheme === undefined || !SCHEME.test(scheme))
      return 'Pseudo-header field :scheme is missing or invalid';
    if (path === undefined || !TARGET.test(path)) return 'Pseudo-header field :path is missing or invalid';
    if (/^https?$/i.test(scheme)) {
      if (path[0] !== '/' && (path !== '*' || method !== 'OPTIONS')) return 'Path is not absolute';
      authority ??= host;
      if (authority === undefined) return 'Neither :authority nor host';
    }
  }
  if (authority !== undefined && !AUTHORITY.test(authority)) return 'Authority is invalid';
  return {
    method,
    scheme: scheme ?? '',
    authority: authority ?? '',
    path: path ?? '',
    protocol,
    headers,
    contentLength,
  };
}
