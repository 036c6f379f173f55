import { TOKEN } from '../bytes/token.ts';

export const LF = 0x0a;
export const CR = 0x0d;

/** SP and HTAB: white space as HTTP has it (RFC 9110 section 5.6.3). */
export const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09;

/** field-vchar, SP and HTAB (RFC 9110 section 5.5): no other CTL, no DEL, nothing above U+00FF. */
export const VALUE: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/;
/**
 * What a request-target may hold: visible ASCII. RFC 9112 section 3.2 is narrower (no quote, bar, caret, brace, backslash, `#`),
 * but browsers and crawlers send those, and every server takes them.
 */
export const TARGET: RegExp = /^[\x21-\x7e]+$/;

/** What each byte is worth. */
function table(worth: (char: string) => number): Uint8Array {
  return new Uint8Array(256).map((_, byte) => worth(String.fromCharCode(byte)));
}

/** Marks the bytes of which a text may consist. */
const marks = (text: RegExp): Uint8Array => table((char) => Number(text.test(char)));

export const TOKEN_BYTES: Uint8Array = marks(TOKEN);
export const VALUE_BYTES: Uint8Array = marks(VALUE);
export const TARGET_BYTES: Uint8Array = marks(TARGET);

/** The value of a HEXDIG, something above 15 for anything else: what is no digit leaves 1 - 16, as a byte. */
export const HEX_VALUES: Uint8Array = table((char) => Number.parseInt(`1${char}`, 16) - 16);
