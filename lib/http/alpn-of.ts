/**
 * What TLS offers for the `protocol` option: both, HTTP/2 first, or the one that is asked for (RFC 7301).
 *
 * @param serves Whether for a server: clients that speak HTTP/1.0 alone may say so, and nothing else.
 */
export function alpnOf(protocol: 'auto' | 'http/1.1' | 'h2' = 'auto', serves = false): string[] {
  const names = protocol === 'auto' ? ['h2', 'http/1.1'] : [protocol];
  return serves && protocol !== 'h2' ? [...names, 'http/1.0'] : names;
}
