import type { FlatFields } from './fields.ts';

const NOT_TOKEN = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/;
const NOT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** @throws TypeError where `text` is no token (RFC 9110 section 5.6.2). */
export function assertToken(text: string, what: string): void {
  if (text === '' || NOT_TOKEN.test(text))
    throw new TypeError(`Cannot write a ${what} as it must be a token: received ${JSON.stringify(text)}`);
}

/** @throws TypeError where `text` has a CR, LF, NUL or other control, or a character above U+00FF (RFC 9110 section 5.5). */
export function assertValue(text: string, what: string): void {
  if (NOT_VALUE.test(text))
    throw new TypeError(
      `Cannot write a ${what} as it must be printable and Latin-1: received ${JSON.stringify(text)}`,
    );
}

/** @throws TypeError where a name has no value. */
export function assertPairs(fields: FlatFields): void {
  if (fields.length % 2 !== 0)
    throw new TypeError(`Cannot write fields as names and values must pair: received ${fields.length} texts`);
}

/** Field lines as text, without the empty line after them. @throws TypeError @internal */
export function fieldLines(fields: FlatFields): string {
  assertPairs(fields);
  let lines = '';
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    const value = fields[i + 1] ?? '';
    assertToken(name, 'field name');
    assertValue(value, `field value (${name})`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
