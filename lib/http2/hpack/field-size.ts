import type { Header } from '../header.ts';

/** What a field counts for in bytes: its octets, and 32 (RFC 7541 section 4.1, RFC 9113 section 6.5.2). */
export function fieldSize(field: Header): number {
  return field[0].length + field[1].length + 32;
}
