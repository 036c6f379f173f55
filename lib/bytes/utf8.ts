const encoder = new TextEncoder();
/** Engines keep a typed array up to here in their own heap: no call into the runtime, nothing to free. */
const SMALL = 64;

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  let i = text.length;
  const bytes = new Uint8Array(i > SMALL ? 0 : i);
  while (i--) {
    const code = text.charCodeAt(i);
    if (i >= SMALL || code > 0x7f) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}
