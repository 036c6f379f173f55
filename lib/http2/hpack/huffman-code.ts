/** What {@link huffmanCode} gives: by symbol (256 is EOS), the length of its code in bits, and the code. */
export interface HuffmanCode {
  readonly lengths: Uint8Array;
  readonly codes: Uint32Array;
}

/** The bits of each symbol's code, 0 to 255 and EOS (RFC 7541 appendix B): 'A' is 5 bits, 'Z' is 30. */
const LENGTHS =
  'ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF' +
  'IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX' +
  'PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS' +
  'VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV' +
  'Z';

let code: HuffmanCode | undefined;

/** The code of RFC 7541 appendix B, made at the first use. It is canonical: the lengths alone give it. */
export function huffmanCode(): HuffmanCode {
  if (code !== undefined) return code;
  const lengths = Uint8Array.from(LENGTHS, (letter) => letter.charCodeAt(0) - 60);
  const codes = new Uint32Array(257);
  let next = 0;
  for (let bits = 5; bits <= 30; bits++) {
    next *= 2;
    for (let symbol = 0; symbol < 257; symbol++) if (lengths[symbol] === bits) codes[symbol] = next++;
  }
  code = { lengths, codes };
  return code;
}
