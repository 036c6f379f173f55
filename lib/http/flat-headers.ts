import type { FlatFields } from '../http1/fields.ts';

/** Fields as they came, as Headers; several `cookie` fields are one (RFC 6265 section 5.4). */
export function flatHeaders(fields: FlatFields, headers: Headers): Headers {
  let cookies: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    const value = fields[i + 1] ?? '';
    if (name === 'cookie') cookies = cookies === undefined ? value : `${cookies}; ${value}`;
    else headers.append(name, value);
  }
  if (cookies !== undefined) headers.set('cookie', cookies);
  return headers;
}
