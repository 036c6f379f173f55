import { asBytes } from './as-bytes.ts';
import { convert, more } from './convert.ts';
import type { Operator } from './operator.ts';

/**
 * Decodes UTF-8. A character that is split over chunks is kept whole, a byte order mark at the start is left out, and what
 * is no UTF-8 becomes U+FFFD. Gives a plain stream of strings, none of them empty.
 *
 * @see https://encoding.spec.whatwg.org/#utf-8-decode
 * @example
 * ```ts
 * import { pipe, text } from 'sluice';
 *
 * const split = [new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac])];
 * for await (const part of pipe(split, text())) console.log(part); // €
 * ```
 */
export function text(): Operator<Uint8Array, string> {
  return (source) => {
    const decoder = new TextDecoder();
    return convert<Uint8Array, string>(
      asBytes(source, 'text'),
      (chunk) => (chunk ? decoder.decode(chunk, { stream: true }) || more : decoder.decode() || null),
      // It may give something at the end: whoever follows has to see the end after that.
      { kind: 'values', rest: () => more },
    );
  };
}
