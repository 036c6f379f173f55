/** A canonical prefix code: by symbol to write it, as a tree to read it. */
export interface HuffmanCode {
  /** By symbol (256 is EOS): the length of its code in bits, and the code. */
  readonly lengths: Uint8Array;
  readonly codes: Uint32Array;
  /** Two places a node, for a bit that is 0 and one that is 1: where the next node is, or the complement of a symbol, which ends a code. */
  readonly tree: Int16Array;
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
  const tree = new Int16Array(512);
  let nodes = 0;
  const grow = (bits: number, prefix: number): number => {
    const node = nodes;
    nodes += 2;
    for (const bit of [0, 1]) {
      const [symbol = 0] = leaves;
      const code = 2 * prefix + bit;
      if (lengths[symbol] === bits) {
        tree[node + bit] = ~symbol;
        codes[symbol] = code;
        leaves.shift();
      } else tree[node + bit] = grow(bits + 1, code);
    }
    return node;
  };
  grow(1, 0);
  return { lengths, codes, tree };
}

/** The code of RFC 7541 appendix B. It is canonical: the lengths alone give it. */
export const HUFFMAN_CODE: HuffmanCode = /* @__PURE__ */ canonical();
