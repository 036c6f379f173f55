/** A string of one character an octet. */
export function latin1(bytes: Uint8Array): string {
  // As many arguments as every engine takes.
  if (bytes.byteLength <= 4096) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += 4096) text += latin1(bytes.subarray(at, at + 4096));
  return text;
}
