/** A node: what follows on a bit that is 0, and on one that is 1. A symbol ends a code. */
export type HuffmanTree = readonly (number | HuffmanTree)[];

/** A canonical prefix code: by symbol to write it, as a tree to read it. */
export interface HuffmanCode {
  /** By symbol (256 is EOS): the length of its code in bits, and the code. */
  readonly lengths: Uint8Array;
  readonly codes: Uint32Array;
  readonly tree: HuffmanTree;
}

/** The bits of each symbol's code, 0 to 255 and EOS (RFC 7541 appendix B): 'a' is 5 bits, 'z' is 30. */
const LENGTHS =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf' +
  'ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix' +
  'prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs' +
  'vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv' +
  'z';

function canonical(): HuffmanCode {
  const lengths = Uint8Array.from(LENGTHS, (letter) => letter.charCodeAt(0) - 92);
  const codes = new Uint32Array(257);
  /** The symbols in the order of their codes. */
  const leaves = [...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  const grow = (bits: number, prefix: number): HuffmanTree =>
    [prefix, prefix + 1].map((code) => {
      const [symbol = 0] = leaves;
      if (lengths[symbol] !== bits) return grow(bits + 1, 2 * code);
      codes[symbol] = code;
      leaves.shift();
      return symbol;
    });
  return { lengths, codes, tree: grow(1, 0) };
}

/** The code of RFC 7541 appendix B. It is canonical: the lengths alone give it. */
export const HUFFMAN_CODE: HuffmanCode = /* @__PURE__ */ canonical();
