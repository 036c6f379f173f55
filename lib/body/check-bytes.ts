/** Throws unless `value` is a whole number of bytes from `min` on: TypeError for what is no number, else RangeError. */
export function checkBytes(value: number, name: string, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new (typeof value === 'number' ? RangeError : TypeError)(
    `Cannot use ${name} as it must be whole bytes from ${min} on: received ${String(value)}`,
  );
}
