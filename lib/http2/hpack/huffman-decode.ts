import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import { HUFFMAN_CODE } from './huffman-code.ts';

const EOS = 256;

/**
 * Decodes a Huffman-coded string (RFC 7541 section 5.2), bit by bit: in a canonical code those of one length are consecutive,
 * and below the beginnings of all that are longer.
 * @returns The octets, in a buffer of their own.
 * @throws {ProtocolError} `ERR_PROTOCOL`, COMPRESSION_ERROR: EOS in the string, padding over seven bits or not all ones.
 */
export function huffmanDecode(bytes: Uint8Array): Uint8Array {
  const { symbols, limits, bases } = HUFFMAN_CODE;
  // The shortest code has five bits.
  const decoded = new Uint8Array(Math.ceil((bytes.byteLength * 8) / 5));
  let length = 0;
  let code = 0;
  let bits = 0;
  let ended = false;
  for (let i = 0; i < bytes.byteLength; i++) {
    const byte = bytes[i] ?? 0;
    for (let shift = 7; shift >= 0; shift--) {
      code = (code << 1) | ((byte >>> shift) & 1);
      bits++;
      if (code >= (limits[bits] ?? 0)) continue;
      const symbol = symbols[code + (bases[bits] ?? 0)] ?? EOS;
      ended ||= symbol === EOS;
      decoded[length++] = symbol;
      code = bits = 0;
    }
  }
  if (ended || bits > 7 || code !== (1 << bits) - 1)
    fail('Huffman code is cut off', ErrorCode.COMPRESSION_ERROR);
  return decoded.subarray(0, length);
}
