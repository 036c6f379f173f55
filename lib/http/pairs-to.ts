import type { Header } from '../http2/header.ts';

/** Fields as they came, as Headers. */
export function pairsTo(fields: readonly Header[], headers: Headers): Headers {
  for (const [name, value] of fields) headers.append(name, value);
  return headers;
}
