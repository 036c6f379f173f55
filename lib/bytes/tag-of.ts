/** What kind of object a value is, in any realm: `[object Uint8Array]` and the like. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value);
