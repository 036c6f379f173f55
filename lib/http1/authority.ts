const AUTHORITY = /^([^[\]:]+|\[([^[\]]*)\])(?::(\d*))?$/;
/** unreserved / pct-encoded / sub-delims (RFC 3986 section 3.2.2): a reg-name or an IPv4 address. */
const HOST = /^(?:[\w\-.~!$&'()*+,;=]|%[\da-f]{2})+$/i;
const IPV_FUTURE = /^v[\da-f]+\.[\w\-.~!$&'()*+,;=:]+$/i;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** An IPv4 address at the end counts as two groups. */
const IPV4_END = new RegExp(`:${OCTET}(?:\\.${OCTET}){3}$`);
const GROUPS = '((?:[\\da-f]{1,4}(?::[\\da-f]{1,4})*)?)';
/** Eight groups, or fewer around one `::`. */
const IPV6 = new RegExp(`^${GROUPS}(?:(::)${GROUPS})?$`, 'i');

function isIpv6(text: string): boolean {
  const [whole, , gap] = IPV6.exec(text.replace(IPV4_END, ':0:0')) ?? [];
  if (whole === undefined) return false;
  const groups = whole.split(/:+/).filter((group) => group !== '').length;
  return gap === undefined ? groups === 8 : groups < 8;
}

/**
 * Splits `host [":" port]` (RFC 9110 section 7.2) without userinfo; the host is not empty, an IP literal is whole.
 *
 * @returns Host (brackets kept) and port (null without a colon), or null where the text is no authority.
 */
export function parseAuthority(text: string): { host: string; port: string | null } | null {
  const parts = AUTHORITY.exec(text);
  if (parts === null) return null;
  const host = parts[1] ?? '';
  const literal = parts[2];
  const port = parts[3] ?? null;
  if (Number(port) > 65535) return null;
  const valid = literal === undefined ? HOST.test(host) : isIpv6(literal) || IPV_FUTURE.test(literal);
  return valid ? { host, port } : null;
}
