/** What a value is, for the end of an error message. */
export function describe(value: unknown): string {
  return Object(value) === value ? Object.prototype.toString.call(value) : `${typeof value} ${String(value)}`;
}
