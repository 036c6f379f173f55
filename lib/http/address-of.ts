/** A host and port as an authority has them: IPv6 in brackets (RFC 3986 section 3.2.2). */
export function addressOf(host: string, port: number | undefined): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
