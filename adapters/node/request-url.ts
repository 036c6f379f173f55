/** What a request names: the start of its URL and whether it is about the server as a whole. */
export interface RequestUrl {
  readonly url: string;
  readonly path: '*' | undefined;
}

/**
 * The URL of a request: scheme, authority and target put together, never `new URL(target, base)`, which lets a target of
 * `//other` change the host. An absolute target overrides the Host field (RFC 9112 section 3.2.2).
 *
 * @returns null when they make no URL.
 */
export function requestUrl(scheme: string, authority: string, target: string): RequestUrl | null {
  let text = `${scheme}://${authority}${target}`;
  let path: '*' | undefined;
  if (target === '*') {
    text = `${scheme}://${authority}/`;
    path = '*';
  } else if (!target.startsWith('/')) {
    if (!/^https?:\/\//i.test(target)) return null;
    text = target;
  }
  if (target.startsWith('/') && !validAuthority.test(authority)) return null;
  try {
    const url = new URL(text);
    return url.username === '' && url.password === '' ? { url: withoutFragment(url), path } : null;
  } catch {
    return null;
  }
}

/** RFC 3986 section 3.2.2 and a port; no userinfo. */
const validAuthority = /^(?:\[[\da-f:.]+\]|[\w!$&'()*+,;=.~%-]+)(?::\d*)?$/i;

function withoutFragment(url: URL): string {
  url.hash = '';
  return url.href;
}
