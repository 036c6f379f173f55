import { parseAuthority } from './authority.ts';

/** A request-target taken apart (RFC 9112 section 3.2). */
export interface RequestTarget {
  readonly form: 'origin' | 'absolute' | 'authority' | 'asterisk';
  /** The scheme of an absolute-form, in lower case. */
  readonly scheme: string | null;
  /** The authority of an absolute- or authority-form. */
  readonly authority: string | null;
  /** Path and query, as they came; `*` for the asterisk-form, `''` for the authority-form. */
  readonly path: string;
}

const ABSOLUTE = /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)(.*)$/i;
// RFC 9112 section 3.2.4 has `*` for OPTIONS only; SSDP (UPnP) sends the other two so.
const ASTERISK_METHODS = ['OPTIONS', 'M-SEARCH', 'NOTIFY'];

/**
 * Reads a target in the form its method allows: authority for CONNECT and for it alone, `*` for OPTIONS, origin or absolute else.
 *
 * @returns null where the target is none of these.
 */
export function parseRequestTarget(method: string, target: string): RequestTarget | null {
  if (method === 'CONNECT') {
    const authority = parseAuthority(target);
    // RFC 9110 section 9.3.6: an empty or invalid port is refused.
    if (authority === null || authority.port === null || Number(authority.port) === 0) return null;
    return { form: 'authority', scheme: null, authority: target, path: '' };
  }
  if (target.startsWith('/')) return { form: 'origin', scheme: null, authority: null, path: target };
  if (target === '*')
    return ASTERISK_METHODS.includes(method)
      ? { form: 'asterisk', scheme: null, authority: null, path: '*' }
      : null;
  const parts = ABSOLUTE.exec(target);
  if (parts === null) return null;
  const [, scheme = '', authority = '', rest = ''] = parts;
  if (parseAuthority(authority) === null) return null;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return { form: 'absolute', scheme: scheme.toLowerCase(), authority, path };
}
