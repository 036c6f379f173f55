import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { huffmanCode } from './huffman-code.ts';

const EMIT = 0x1_0000;
const FAIL = 0x2_0000;

/**
 * A state for each inner node of the code's tree, sixteen transitions a state, one for each nibble. An entry is the next
 * state (bits 0 to 7), the symbol (8 to 15), and whether there is one or the nibble leads nowhere. No code has fewer than five bits, so a nibble ends at most one.
 */
let table: Uint32Array | undefined;
/** By state: the string may end here, on fewer than eight bits, all of them ones (RFC 7541 section 5.2). */
const accepting = new Uint8Array(256);

function build(): Uint32Array {
  const { lengths, codes } = huffmanCode();
  // Children of node n are at 2n and 2n+1: an inner node's number, or -1 - symbol.
  const children = new Int32Array(512);
  let nodes = 1;
  for (let symbol = 0; symbol <= 256; symbol++) {
    const code = codes[symbol] ?? 0;
    let node = 0;
    for (let bit = (lengths[symbol] ?? 0) - 1; bit >= 0; bit--) {
      const at = 2 * node + ((code >>> bit) & 1);
      if (bit === 0) children[at] = -1 - symbol;
      else node = children[at] ||= nodes++;
    }
  }
  for (let node = 0, depth = 0; depth < 8; depth++) {
    accepting[node] = 1;
    node = children[2 * node + 1] ?? 0;
  }
  const made = new Uint32Array(256 * 16);
  for (let state = 0; state < 256; state++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node = state;
      let entry = 0;
      for (let bit = 3; bit >= 0; bit--) {
        node = children[2 * node + ((nibble >>> bit) & 1)] ?? 0;
        if (node < 0) {
          entry = node === -257 ? FAIL : EMIT | ((-1 - node) << 8);
          node = 0;
        }
      }
      made[state * 16 + nibble] = entry | node;
    }
  }
  return made;
}

/**
 * Decodes a Huffman-coded string (RFC 7541 section 5.2).
 * @returns The octets, in a buffer of their own.
 * @throws {ProtocolError} `ERR_PROTOCOL`, COMPRESSION_ERROR: EOS in the string, padding over seven bits or not all ones.
 */
export function huffmanDecode(bytes: Uint8Array): Uint8Array {
  table ??= build();
  // The shortest code has five bits.
  const decoded = new Uint8Array(Math.ceil((bytes.byteLength * 8) / 5));
  let length = 0;
  let state = 0;
  let failed = 0;
  for (let i = 0; i < bytes.byteLength; i++) {
    const byte = bytes[i] ?? 0;
    let entry = table[state * 16 + (byte >>> 4)] ?? 0;
    if ((entry & EMIT) !== 0) decoded[length++] = entry >>> 8;
    failed |= entry;
    entry = table[(entry & 0xff) * 16 + (byte & 15)] ?? 0;
    if ((entry & EMIT) !== 0) decoded[length++] = entry >>> 8;
    failed |= entry;
    state = entry & 0xff;
  }
  if ((failed & FAIL) !== 0 || accepting[state] !== 1)
    throw connectionError(ErrorCode.COMPRESSION_ERROR, 'Huffman code does not end as it must');
  return decoded.subarray(0, length);
}
