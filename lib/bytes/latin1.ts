const ascii = new TextDecoder();
const SHORT = 128; // below it, a call into the runtime costs more than the copy
const STEP = 4096; // arguments of one call; engines take at least 65,535

/**
 * Bytes to text, one byte to one character (U+0000 to U+00FF). `TextDecoder('latin1')` is windows-1252 and maps 0x80 to 0x9F
 * elsewhere, so only pure ASCII goes through a TextDecoder.
 */
export function latin1(bytes: Uint8Array): string {
  const { length } = bytes;
  let high = 0;
  for (let i = 0; i < length; i++) high |= bytes[i] as number;
  if (high < 0x80 && length > SHORT) return ascii.decode(bytes);
  let text = '';
  for (let i = 0; i < length; i += STEP) {
    const part = length > STEP ? bytes.subarray(i, i + STEP) : bytes;
    text += String.fromCharCode.apply(null, part as unknown as number[]);
  }
  return text;
}
