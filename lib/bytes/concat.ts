/** Joins chunks into one buffer of their own; `length` is their total, where the caller knows it. */
export function concat(chunks: readonly Uint8Array[], length?: number): Uint8Array<ArrayBuffer> {
  let total = length ?? 0;
  if (length === undefined) for (const chunk of chunks) total += chunk.byteLength;
  const joined = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
