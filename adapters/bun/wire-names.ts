/** Protocol names as Bun takes them: each after its length (RFC 7301 section 3.1). */
export function wireNames(names: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  return Uint8Array.from(names.flatMap((name) => [name.length, ...encoder.encode(name)]));
}
