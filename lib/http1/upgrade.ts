import { members, tokens } from './tokens.ts';

/**
 * The protocols that a message offers or takes with Upgrade (RFC 9110 section 7.8), as they came: only in HTTP/1.1, only with
 * `Connection: upgrade`, and never h2c, which RFC 9113 section 3.1 made obsolete.
 *
 * @returns null where nothing is left to upgrade to.
 */
export function upgradeOf(
  version: '1.0' | '1.1',
  connection: string | null | undefined,
  upgrade: string | null | undefined,
): string | null {
  if (!upgrade || version === '1.0' || !tokens(connection).includes('upgrade')) return null;
  const protocols = members(upgrade).filter((protocol) => protocol.toLowerCase() !== 'h2c');
  return protocols.length === 0 ? null : protocols.join(', ');
}
