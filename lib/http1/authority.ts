/** unreserved / pct-encoded / sub-delims (RFC 3986 section 3.2.2): a reg-name or an IPv4 address. */
const HOST = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const IPV_FUTURE = /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i;
const GROUP = /^[0-9a-f]{1,4}$/i;
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** The 16-bit groups in one side of a `::`, or -1. An IPv4 address counts as two and may only come last. */
function groups(text: string, last: boolean): number {
  if (text === '') return 0;
  const parts = text.split(':');
  let count = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (GROUP.test(part)) count++;
    else if (last && i === parts.length - 1 && IPV4.test(part)) count += 2;
    else return -1;
  }
  return count;
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const head = groups(halves[0] ?? '', halves.length === 1);
  if (halves.length === 1) return head === 8;
  const tail = groups(halves[1] ?? '', true);
  return head >= 0 && tail >= 0 && head + tail <= 7;
}

function isPort(text: string): boolean {
  return /^[0-9]*$/.test(text) && Number(text) <= 65535;
}

/**
 * Splits `host [":" port]` (RFC 9110 section 7.2) without userinfo; the host is not empty, an IP literal is whole.
 *
 * @returns Host (brackets kept) and port (null without a colon), or null where the text is no authority.
 */
export function parseAuthority(text: string): { host: string; port: string | null } | null {
  let end = text.lastIndexOf(':');
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    const literal = text.slice(1, close);
    if (close < 0 || !(isIpv6(literal) || IPV_FUTURE.test(literal))) return null;
    end = close + 1;
    if (end < text.length && text[end] !== ':') return null;
  } else {
    if (end < 0) end = text.length;
    if (!HOST.test(text.slice(0, end))) return null;
  }
  const port = end < text.length ? text.slice(end + 1) : null;
  return port === null || isPort(port) ? { host: text.slice(0, end), port } : null;
}
