import { trim } from './trim.ts';

/** The members of a comma-separated list as they came, without the empty ones (RFC 9110 section 5.6.1). */
export function members(list: string | null | undefined): string[] {
  if (!list) return [];
  return list
    .split(',')
    .map((member) => trim(member))
    .filter((member) => member !== '');
}

/** The same in lower case. */
export function tokens(list: string | null | undefined): string[] {
  return members(list?.toLowerCase());
}
