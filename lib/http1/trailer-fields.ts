import type { FlatFields } from './fields.ts';

/**
 * Fields that a trailer section cannot carry: framing, routing, authentication, request modifiers, response control and
 * content format (RFC 9110 section 6.5.1; the union of what Go net/http and hyper drop). Trailers are never merged into the
 * headers, so `date` and `expires`, which are only descriptive there, pass.
 */
const FORBIDDEN =
  /^(?:transfer-encoding|host|connection|proxy-connection|keep-alive|te|trailer|upgrade|cache-control|expect|max-forwards|pragma|if-.+|range|content-range|content-encoding|content-length|content-type|authorization|proxy-authorization|authentication-info|proxy-authentication-info|www-authenticate|proxy-authenticate|cookie|set-cookie|age|location|retry-after|vary|warning|realm)$/i;

/** Whether a field (its name in any case) must not be sent, and is dropped, in trailers. */
export function isForbiddenTrailer(name: string): boolean {
  return FORBIDDEN.test(name);
}

/** The fields that may stay, or null where none does. */
export function allowedTrailers(fields: FlatFields): string[] | null {
  const allowed = fields.filter((_, i) => !isForbiddenTrailer(fields[i - (i % 2)] ?? ''));
  return allowed.length === 0 ? null : allowed;
}
