let last = '';

/** Whether a Host or authority that has the right syntax also makes a URL: its percent-escapes, port and address can be bad. */
export function isAuthority(authority: string): boolean {
  if (authority === last) return true;
  try {
    const { username, password, pathname } = new URL(`http://${authority}/`);
    if (username !== '' || password !== '' || pathname !== '/') return false;
  } catch {
    return false;
  }
  last = authority;
  return true;
}
