import { isPromise } from '../body/is-promise.ts';
import { asBytes } from './as-bytes.ts';
import type { Operator, Pulled } from './operator.ts';

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
  return (from) => {
    const source = asBytes(from, 'text');
    const decoder = new TextDecoder();
    let open = true;
    const decode = (chunk: Uint8Array | null): string | null => {
      if (!open) return null;
      if (chunk !== null) return decoder.decode(chunk, { stream: true });
      open = false;
      return decoder.decode() || null;
    };
    const pull = (demand: number): Pulled<string> => {
      while (open) {
        const pulled = source.pull(demand);
        if (isPromise<Uint8Array | null>(pulled))
          return pulled.then((chunk) => {
            const part = decode(chunk);
            return part === '' ? pull(demand) : part;
          });
        const part = decode(pulled);
        if (part !== '') return part;
      }
      return null;
    };
    return {
      pull,
      kind: 'values',
      cancel(reason) {
        open = false;
        return source.cancel?.(reason);
      },
      get trailers() {
        return source.trailers;
      },
    };
  };
}
