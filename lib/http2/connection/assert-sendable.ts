import type { Header } from '../header.ts';

/**
 * A field section is well-formed (`head` is not a complaint), and the peer's SETTINGS_MAX_HEADER_LIST_SIZE allows it. That setting is advisory (RFC 9113
 * section 6.5.2), but a section over it is refused at best, and ends the connection at worst: better that its sender learns it while it can send another.
 * @throws {TypeError} Nothing was sent then.
 */
export function assertSendable<T>(
  what: string,
  head: T | string,
  fields: readonly Header[],
  maxHeaderListSize: number,
): asserts head is T {
  let wrong = typeof head === 'string' ? head : '';
  let size = 0;
  for (const [name, value] of fields) size += name.length + value.length + 32;
  if (size > maxHeaderListSize) wrong = `${size} bytes are over the peer's limit of ${maxHeaderListSize}`;
  if (wrong !== '') throw new TypeError(`Cannot send the ${what}: ${wrong}`);
}
