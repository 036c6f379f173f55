/** A token, as a class of characters (RFC 9110 section 5.6.2). */
export const TCHAR = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
/** tchar and more of it. */
export const TOKEN: RegExp = new RegExp(`^${TCHAR}+$`);
/** field-vchar, SP and HTAB (RFC 9110 section 5.5): no other CTL, no DEL, nothing above U+00FF. */
export const VALUE: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/;
/**
 * What a request-target may hold: visible ASCII. RFC 9112 section 3.2 is narrower (no quote, bar, caret, brace, backslash, `#`),
 * but browsers and crawlers send those, and every server takes them.
 */
export const TARGET: RegExp = /^[\x21-\x7e]+$/;

/** Marks the bytes of which a text may consist. */
function table(text: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(text.test(String.fromCharCode(byte))));
}

export const TOKEN_BYTES: Uint8Array = table(TOKEN);
export const VALUE_BYTES: Uint8Array = table(VALUE);
export const TARGET_BYTES: Uint8Array = table(TARGET);

/** The value of a HEXDIG, 255 for anything else. */
export const HEX_VALUES: Uint8Array = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 22; digit++)
  HEX_VALUES['0123456789abcdefABCDEF'.charCodeAt(digit)] = digit < 16 ? digit : digit - 6;
