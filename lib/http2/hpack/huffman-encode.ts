import { HUFFMAN_CODE } from './huffman-code.ts';

/**
 * Writes a text (one character an octet) Huffman-coded, padded with ones (RFC 7541 section 5.2).
 * @param at - Where in `target`, which has room for `huffmanLength(text)` bytes, the first byte goes.
 * @returns Where the next byte goes.
 */
export function huffmanEncode(text: string, target: Uint8Array, at: number): number {
  const { lengths, codes } = HUFFMAN_CODE;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    let more = lengths[symbol] ?? 0;
    const code = codes[symbol] ?? 0;
    // At most 7 bits are held and codes have up to 30: the long ones go in two steps, to stay within 32.
    while (more > 0) {
      const step = Math.min(more, 24);
      more -= step;
      held = (held << step) | ((code >>> more) & ((1 << step) - 1));
      bits += step;
      while (bits >= 8) {
        bits -= 8;
        target[at++] = held >>> bits;
      }
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) target[at++] = (held << (8 - bits)) | (0xff >>> bits);
  return at;
}
