import type { Header } from '../header.ts';

/** What a field counts for in bytes: its octets, and 32 (RFC 7541 section 4.1, RFC 9113 section 6.5.2). */
export function fieldSize([name, value]: Header): number {
  return name.length + value.length + 32;
}
