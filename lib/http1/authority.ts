/**
 * A reg-name or an IPv4 address (unreserved / pct-encoded / sub-delims, RFC 3986 section 3.2.2), an IPvFuture, or what may be
 * an IPv6 address; and a port.
 */
const AUTHORITY =
  /^((?:[\w\-.~!$&'()*+,;=]|%[\da-f]{2})+|\[(?:v[\da-f]+\.[\w\-.~!$&'()*+,;=:]+|([\da-f:.]+))\])(?::(\d*))?$/i;

/**
 * Splits `host [":" port]` (RFC 9110 section 7.2) without userinfo; the host is not empty, an IP literal is whole.
 *
 * @returns Host (brackets kept) and port (null without a colon), or null where the text is no authority.
 */
export function parseAuthority(text: string): { host: string; port: string | null } | null {
  const [, host, ipv6, port = null] = AUTHORITY.exec(text) ?? [];
  if (host === undefined || Number(port) > 65535) return null;
  // The URL standard's syntax of an address is that of RFC 3986.
  return ipv6 === undefined || URL.canParse(`http://${host}`) ? { host, port } : null;
}
