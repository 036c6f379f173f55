import { isUint8Array } from '../bytes/is-uint8array.ts';
import { tagOf } from '../bytes/tag-of.ts';
import { nil } from './nil.ts';

const encoder = new TextEncoder();

/**
 * A chunk of a foreign stream or iterable as bytes: text becomes UTF-8, other views and buffers are viewed, not copied. What
 * is no chunk passes as it is, for the body to refuse; null as `nil`, since null would be the end.
 */
export function asChunk(value: unknown): Uint8Array {
  if (isUint8Array(value)) return value;
  if (typeof value === 'string') return encoder.encode(value);
  // A buffer of any realm has neither a buffer nor an offset of its own.
  if (ArrayBuffer.isView(value) || /ArrayBuffer/.test(tagOf(value))) {
    const { buffer = value as unknown as ArrayBuffer, byteOffset, byteLength } = value as ArrayBufferView;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  return (value === null ? nil : value) as Uint8Array;
}
