import type { FlatFields } from '../http1/fields.ts';
import { flatHeaders } from './flat-headers.ts';
import { pairsOf } from './pairs-of.ts';

/** Fields with names of any case, as Headers; without those of HTTP/2 that are no fields (RFC 9113 section 8.3). */
export function rawHeaders(raw: FlatFields, headers: Headers): Headers {
  const fields = pairsOf(raw).filter(([name]) => name[0] !== ':');
  return flatHeaders(
    fields.flatMap(([name, value]) => [name.toLowerCase(), value]),
    headers,
  );
}
