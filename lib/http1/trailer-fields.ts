import type { FlatFields } from './fields.ts';

/**
 * Fields that a trailer section cannot carry: framing, routing, authentication, request modifiers, response control and
 * content format (RFC 9110 section 6.5.1; the union of what Go net/http and hyper drop). Trailers are never merged into the
 * headers, so `date` and `expires`, which are only descriptive there, pass.
 */
const FORBIDDEN = new Set(
  (
    'transfer-encoding content-length host connection keep-alive proxy-connection te trailer upgrade ' +
    'cache-control expect max-forwards pragma range if-match if-none-match if-modified-since if-unmodified-since if-range ' +
    'authorization proxy-authorization authentication-info proxy-authentication-info www-authenticate proxy-authenticate ' +
    'cookie set-cookie age location retry-after vary warning realm ' +
    'content-encoding content-type content-range'
  ).split(' '),
);

/** Whether a field (its name in any case) must not be sent, and is dropped, in trailers. */
export function isForbiddenTrailer(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase());
}

/** The fields that may stay, or null where none does. */
export function allowedTrailers(fields: FlatFields): string[] | null {
  const allowed: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (!isForbiddenTrailer(name)) allowed.push(name, fields[i + 1] ?? '');
  }
  return allowed.length === 0 ? null : allowed;
}
