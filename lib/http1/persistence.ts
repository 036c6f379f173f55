import { tokens } from './tokens.ts';

/**
 * Whether a connection goes on after a message (RFC 9112 section 9.3): `close` ends it, HTTP/1.1 keeps it, HTTP/1.0 keeps it
 * only where `keep-alive` says so.
 *
 * @param connection The Connection field, its lines joined with commas; null or undefined where there is none.
 *
 * @example
 * keepsAlive('1.1', null); // true
 */
export function keepsAlive(version: '1.0' | '1.1', connection: string | null | undefined): boolean {
  const options = tokens(connection);
  if (options.includes('close')) return false;
  return version === '1.1' || options.includes('keep-alive');
}
