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

const as = (
  form: RequestTarget['form'],
  path: string,
  authority: string | null = null,
  scheme: string | null = null,
): RequestTarget => ({ form, scheme, authority, path });

/**
 * Reads a target in the form its method allows: authority for CONNECT and for it alone, `*` for OPTIONS, origin or absolute else.
 *
 * @returns null where the target is none of these.
 */
export function parseRequestTarget(method: string, target: string): RequestTarget | null {
  if (method === 'CONNECT')
    // RFC 9110 section 9.3.6: an empty or invalid port is refused.
    return Number(parseAuthority(target)?.port) > 0 ? as('authority', '', target) : null;
  if (target.startsWith('/')) return as('origin', target);
  if (target === '*') return ASTERISK_METHODS.includes(method) ? as('asterisk', target) : null;
  const [, scheme, authority = '', rest = ''] = ABSOLUTE.exec(target) ?? [];
  if (scheme === undefined || parseAuthority(authority) === null) return null;
  return as('absolute', rest.startsWith('/') ? rest : `/${rest}`, authority, scheme.toLowerCase());
}
