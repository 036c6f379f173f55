/** A canonical prefix code: by symbol to write it, by length to read it. */
export interface HuffmanCode {
  /** By symbol (256 is EOS): the length of its code in bits, and the code. */
  readonly lengths: Uint8Array;
  readonly codes: Uint32Array;
  /** The symbols in the order of their codes. */
  readonly symbols: readonly number[];
  /** By length: one past its last code; and what to add to a code for its place in `symbols`. */
  readonly limits: Uint32Array;
  readonly bases: Int32Array;
}

/** The bits of each symbol's code, 0 to 255 and EOS (RFC 7541 appendix B): 'A' is 5 bits, 'Z' is 30. */
const LENGTHS =
  'ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF' +
  'IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX' +
  'PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS' +
  'VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV' +
  'Z';

function canonical(): HuffmanCode {
  const lengths = Uint8Array.from(LENGTHS, (letter) => letter.charCodeAt(0) - 60);
  const codes = new Uint32Array(257);
  const symbols: number[] = [];
  const limits = new Uint32Array(31);
  const bases = new Int32Array(31);
  let next = 0;
  for (let bits = 5; bits <= 30; bits++) {
    next *= 2;
    bases[bits] = symbols.length - next;
    lengths.forEach((length, symbol) => {
      if (length !== bits) return;
      symbols.push(symbol);
      codes[symbol] = next++;
    });
    limits[bits] = next;
  }
  return { lengths, codes, symbols, limits, bases };
}

/** The code of RFC 7541 appendix B. It is canonical: the lengths alone give it. */
export const HUFFMAN_CODE: HuffmanCode = /* @__PURE__ */ canonical();
