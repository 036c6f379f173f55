const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The numbers of one segment: base 64, five bits a digit, least first, the sign in the lowest bit. */
function decode(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const char of segment) {
    const digit = digits.indexOf(char);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}

/** The source that each byte of a bundle comes from, by its source map (ECMA-426); undefined for the bundler's own. */
export function sourcePerByte(code, map) {
  const sources = new Array(code.length);
  const lines = Buffer.from(code).toString('latin1').split('\n');
  let start = 0;
  let source = 0;
  map.mappings.split(';').forEach((mappings, line) => {
    const end = start + (lines[line]?.length ?? 0) + 1;
    let column = 0;
    for (const segment of mappings ? mappings.split(',') : []) {
      const [columns, step = 0] = decode(segment);
      column += columns;
      source += step;
      sources.fill(map.sources[source], start + column, end);
    }
    start = end;
  });
  return sources;
}
