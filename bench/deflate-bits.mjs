const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const extraOfLength = (i) => (i < 4 || i === 28 ? 0 : (i - 4) >> 2);
const extraOfDistance = (i) => (i < 2 ? 0 : (i - 2) >> 1);
/** The order in which the lengths of the code of code lengths are sent (RFC 1951 section 3.2.7). */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Codes of a canonical Huffman code by their lengths (RFC 1951 section 3.2.2), each behind a leading 1. */
function huffman(lengths) {
  const symbols = new Map();
  let code = 0;
  for (let length = 1; length < 16; length++) {
    lengths.forEach((one, symbol) => {
      if (one === length) symbols.set((1 << length) | code++, symbol);
    });
    code <<= 1;
  }
  return symbols;
}

/** How many bits each byte costs that a deflate stream (RFC 1951) holds; those of a match are shared out over its bytes. */
export function bitsPerByte(stream) {
  let at = 0;
  const bit = () => {
    const value = (stream[at >> 3] >> (at & 7)) & 1;
    at++;
    return value;
  };
  const number = (bits) => {
    let value = 0;
    for (let i = 0; i < bits; i++) value |= bit() << i;
    return value;
  };
  const symbol = (codes) => {
    let code = 1;
    while (!codes.has(code)) code = (code << 1) | bit();
    return codes.get(code);
  };
  const tables = () => {
    const literals = number(5) + 257;
    const distances = number(5) + 1;
    const own = new Array(19).fill(0);
    for (const place of order.slice(0, number(4) + 4)) own[place] = number(3);
    const codes = huffman(own);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const length = symbol(codes);
      if (length < 16) lengths.push(length);
      else if (length === 16) lengths.push(...new Array(3 + number(2)).fill(lengths.at(-1)));
      else lengths.push(...new Array(length === 17 ? 3 + number(3) : 11 + number(7)).fill(0));
    }
    return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
  };

  const costs = [];
  for (let last = 0; !last; ) {
    last = bit();
    // Code of some size is never stored, nor worth the fixed code.
    if (number(2) !== 2) throw new Error('only blocks with codes of their own are read');
    const [literals, distances] = tables();
    for (;;) {
      const from = at;
      const found = symbol(literals);
      if (found === 256) break;
      let length = 1;
      if (found > 256) {
        length = lengthBase[found - 257] + number(extraOfLength(found - 257));
        number(extraOfDistance(symbol(distances)));
      }
      const cost = (at - from) / length;
      for (let i = 0; i < length; i++) costs.push(cost);
    }
  }
  return costs;
}
