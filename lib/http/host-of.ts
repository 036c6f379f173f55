let last = '';
let host: string | null = null;

/**
 * The host and port of a Host or authority as a URL has them; null where they make none, although the syntax is right: bad
 * percent-escapes, ports and addresses.
 */
export function hostOf(scheme: string, authority: string): string | null {
  const key = `${scheme}://${authority}/`;
  if (key === last) return host;
  let found: string | null = null;
  try {
    const url = new URL(key);
    if (url.username === '' && url.password === '' && url.pathname === '/') found = url.host;
  } catch {
    // No URL.
  }
  last = key;
  host = found;
  return found;
}
