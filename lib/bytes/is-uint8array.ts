import { tagOf } from './tag-of.ts';

/** A Uint8Array (or subclass, such as Node's Buffer) of any realm. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || tagOf(value) === '[object Uint8Array]';
}
