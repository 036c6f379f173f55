const encoder = new TextEncoder();
const SHORT = 256; // below it, a call into the runtime costs more than a loop

/** Text to bytes, one character to one byte. The caller has made sure that no character is above U+00FF. */
export function encodeLatin1(text: string): Uint8Array {
  if (text.length > SHORT) {
    const bytes = encoder.encode(text);
    if (bytes.byteLength === text.length) return bytes; // pure ASCII: the same bytes in UTF-8
  }
  const exact = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) exact[i] = text.charCodeAt(i);
  return exact;
}
