/** Joins chunks into one buffer of their own, or `into`; `length` is their total, where the caller knows it. */
export function concat(
  chunks: readonly Uint8Array[],
  length?: number,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  let total = length ?? 0;
  if (length === undefined) for (const chunk of chunks) total += chunk.byteLength;
  const joined = into ?? new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
