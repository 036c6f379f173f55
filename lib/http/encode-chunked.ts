import { BodyCore } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import type { BodyOptions } from '../body/body-options.ts';
import { BodyStream } from '../body/body-stream.ts';
import { coreFrom } from '../body/core-from.ts';
import { isPromise } from '../body/is-promise.ts';
import { sourceOf } from '../body/source-of.ts';
import { concat } from '../bytes/concat.ts';
import { ChunkedEncoder } from '../http1/chunked-encoder.ts';
import { trailerFields } from './trailer-fields.ts';

/**
 * Encodes a body in the chunked transfer coding: each chunk that it gives is one on the wire, and its trailers follow the
 * last one. A body that fails gets no last chunk.
 *
 * @param from What to encode.
 * @param options Those of a body; `trailers` go onto the wire in place of the body's own.
 * @throws What the body fails with, from the stream.
 * @see RFC 9112 section 7.1
 * @example
 * ```ts
 * import { encodeChunked } from 'sluice/http';
 *
 * console.log(JSON.stringify(await new Response(encodeChunked('abc')).text())); // "3\r\nabc\r\n0\r\n\r\n"
 * ```
 */
export function encodeChunked(from: BodyLike, options: BodyOptions = {}): BodyStream {
  const { trailers, ...rest } = options;
  const core = trailers === undefined ? coreFrom(from) : new BodyCore(sourceOf(from), { trailers });
  const encoder = new ChunkedEncoder();
  let ended = false;
  const encode = (chunk: Uint8Array | null): Uint8Array | null | Promise<Uint8Array | null> => {
    if (chunk !== null) return concat(encoder.encode(chunk));
    ended = true;
    const { trailers } = core;
    if (trailers === undefined) return encoder.end();
    return trailers.then((fields) => encoder.end(trailerFields(fields).flat()));
  };
  return new BodyStream(
    {
      pull(demand) {
        if (ended) return null;
        const pulled = core.pull(demand);
        return isPromise(pulled) ? pulled.then(encode) : encode(pulled);
      },
      cancel: (reason) => core.cancel(reason),
    },
    rest,
  );
}
