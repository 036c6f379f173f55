import { cannot } from '../errors/cannot.ts';
import { encodeLatin1 } from './encode-latin1.ts';
import { section } from './field-writer.ts';
import type { FlatFields } from './fields.ts';
import { allowedTrailers } from './trailer-fields.ts';

const CRLF = encodeLatin1('\r\n');

/**
 * Writes the chunked transfer coding (RFC 9112 section 7.1).
 *
 * @example
 * const encoder = new ChunkedEncoder();
 * write([...encoder.encode(chunk), encoder.end(['x-checksum', 'abc'])]);
 */
export class ChunkedEncoder {
  #ended = false;

  /** The size line of a chunk of `size` bytes. @throws RangeError where size is 0 (that is the last chunk), negative or unsafe. */
  sizeLine(size: number): Uint8Array {
    if (!Number.isSafeInteger(size) || size < 1)
      throw cannot('write a chunk', 'its size must be a positive integer', size, RangeError);
    return encodeLatin1(`${size.toString(16)}\r\n`);
  }

  /**
   * One chunk in three pieces, the middle one being `chunk` itself; no piece for an empty chunk, which would end the body.
   *
   * @throws TypeError after the end.
   */
  encode(chunk: Uint8Array): Uint8Array[] {
    this.#assertOpen();
    return chunk.byteLength === 0 ? [] : [this.sizeLine(chunk.byteLength), chunk, CRLF];
  }

  /**
   * The last chunk and the trailers, without those that a trailer section cannot carry (RFC 9110 section 6.5.1). After a body
   * that failed it must not be written.
   *
   * @throws TypeError where a name is no token or a value has a control character or one above U+00FF, or after the end.
   */
  end(trailers: FlatFields = []): Uint8Array {
    this.#assertOpen();
    const last = encodeLatin1(section('0', allowedTrailers(trailers) ?? []));
    this.#ended = true;
    return last;
  }

  #assertOpen(): void {
    if (this.#ended) throw cannot('write a chunk', 'the body must be open', 'it after the end');
  }
}
