import { HUFFMAN_CODE } from './huffman-code.ts';

/** How many bytes a text (one character an octet) takes when it is Huffman-coded (RFC 7541 section 5.2). */
export function huffmanLength(text: string): number {
  const { lengths } = HUFFMAN_CODE;
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += lengths[text.charCodeAt(i) & 0xff] ?? 0;
  return (bits + 7) >>> 3;
}
