export const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The same bytes in chunks cut at `cuts`, from one buffer that is used again, at once or by promises. */
export function cut(bytes: Uint8Array, cuts: readonly number[], async = false) {
  const chunks = [...cuts, bytes.byteLength].map((end, i) => bytes.subarray(i ? cuts[i - 1] : 0, end));
  const shared = new Uint8Array(bytes.byteLength);
  const next = () => {
    const chunk = chunks.shift();
    shared.fill(0x21);
    if (chunk) shared.set(chunk);
    return chunk ? shared.subarray(0, chunk.byteLength) : null;
  };
  return { pull: () => (async ? Promise.resolve().then(next) : next()) };
}

/** Whole, byte by byte, and at every two places. */
export function* splits(size: number): Generator<number[]> {
  yield [];
  yield Array.from({ length: size }, (_, i) => i);
  for (let a = 0; a <= size; a++) for (let b = a; b <= size; b++) yield [a, b];
}
