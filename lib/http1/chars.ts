/** Marks the bytes that `test` takes. */
function table(test: (byte: number) => boolean): Uint8Array {
  const marks = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) marks[byte] = test(byte) ? 1 : 0;
  return marks;
}

const TCHAR = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;

/** tchar (RFC 9110 section 5.6.2). */
export const TOKEN_BYTES: Uint8Array = table((byte) => TCHAR.test(String.fromCharCode(byte)));

/** field-vchar, SP and HTAB (RFC 9110 section 5.5): no other CTL, no DEL. */
export const VALUE_BYTES: Uint8Array = table((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));

/**
 * What a request-target may hold: visible ASCII. RFC 9112 section 3.2 is narrower (no quote, bar, caret, brace, backslash, `#`),
 * but browsers and crawlers send those, and every server takes them.
 */
export const TARGET_BYTES: Uint8Array = table((byte) => byte > 0x20 && byte < 0x7f);

/** The value of a HEXDIG, 255 for anything else. */
export const HEX_VALUES: Uint8Array = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) {
  HEX_VALUES[digit.toString(16).charCodeAt(0)] = digit;
  HEX_VALUES[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
