import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { HUFFMAN_CODE } from './huffman-code.ts';

const EOS = 256;

/**
 * Decodes a Huffman-coded string (RFC 7541 section 5.2), bit by bit.
 * @returns The octets, in a buffer of their own.
 * @throws {ProtocolError} `ERR_PROTOCOL`, COMPRESSION_ERROR: EOS in the string, padding over seven bits or not all ones.
 */
export function huffmanDecode(bytes: Uint8Array): Uint8Array {
  let node = HUFFMAN_CODE.tree;
  // The shortest code has five bits.
  const decoded = new Uint8Array(Math.ceil((bytes.byteLength * 8) / 5));
  let length = 0;
  let byte = 0;
  let bits = 0;
  let ended = false;
  for (let i = 0; i < bytes.byteLength; i++) {
    byte = bytes[i] ?? 0;
    for (let shift = 7; shift >= 0; shift--) {
      const next = node[(byte >>> shift) & 1] ?? EOS;
      bits++;
      if (typeof next === 'number') {
        ended ||= next === EOS;
        decoded[length++] = next;
        node = HUFFMAN_CODE.tree;
        bits = 0;
      } else node = next;
    }
  }
  // The last bits, which are no code, are ones.
  if (ended || bits > 7 || (~byte & ((1 << bits) - 1)) !== 0)
    fail('Huffman code is cut off', ErrorCode.COMPRESSION_ERROR);
  return decoded.subarray(0, length);
}
