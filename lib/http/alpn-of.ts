/** What TLS offers for the `protocol` option: both, HTTP/2 first, or the one that is asked for (RFC 7301). */
export function alpnOf(protocol: 'auto' | 'http/1.1' | 'h2' = 'auto'): string[] {
  return protocol === 'auto' ? ['h2', 'http/1.1'] : [protocol];
}
