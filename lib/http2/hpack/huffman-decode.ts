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
  const { tree } = HUFFMAN_CODE;
  let node = 0;
  // The shortest code has five bits.
  const decoded = new Uint8Array(Math.ceil((bytes.byteLength * 8) / 5));
  let length = 0;
  let byte = 0;
  let bits = 0;
  let ended = false;
  for (let i = 0; i < bytes.byteLength; i++) {
    byte = bytes[i] ?? 0;
    for (let shift = 7; shift >= 0; shift--) {
      node = tree[node + ((byte >>> shift) & 1)] ?? 0;
      bits++;
      if (node >= 0) continue;
      ended ||= ~node === EOS;
      decoded[length++] = ~node;
      node = bits = 0;
    }
  }
  // The last bits, which are no code, are ones.
  if (ended || bits > 7 || (~byte & ((1 << bits) - 1)) !== 0)
    fail('Huffman code is cut off', ErrorCode.COMPRESSION_ERROR);
  return decoded.subarray(0, length);
}
