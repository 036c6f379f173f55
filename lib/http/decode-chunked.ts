import type { BodyLike } from '../body/body-like.ts';
import type { BodyOptions } from '../body/body-options.ts';
import { BodyStream } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { coreFrom } from '../body/core-from.ts';
import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ChunkedDecoder } from '../http1/chunked-decoder.ts';
import type { Http1Limits } from '../http1/limits.ts';
import { flatHeaders } from './flat-headers.ts';

export interface DecodeChunkedOptions extends BodyOptions, Partial<Http1Limits> {}

/** A decoded body, and what follows it on the wire. */
export interface DecodedBody extends BodyStream {
  /** The bytes after the body: they come once it has ended, and fail when it does. */
  rest(): ReadableStream<Uint8Array>;
}

/**
 * Decodes the chunked transfer coding. Chunks that come together are given as they came, never gathered. Nothing is read
 * from the wire past the chunk that holds the body's end.
 *
 * @param wire The coded bytes.
 * @param options Those of a body, and the codec's limits, in bytes.
 * @returns The body, with its trailers. Errors with ProtocolError (`ERR_PROTOCOL`); the wire is then cancelled.
 * @see RFC 9112 section 7.1
 * @example
 * ```ts
 * import { decodeChunked } from 'sluice/http';
 *
 * const decoded = decodeChunked('3\r\nabc\r\n0\r\n\r\nmore');
 * console.log(await new Response(decoded).text(), await new Response(decoded.rest()).text()); // abc more
 * ```
 */
export function decodeChunked(wire: BodyLike, options: DecodeChunkedOptions = {}): DecodedBody {
  const core = coreFrom(wire);
  const decoder = new ChunkedDecoder(options);
  const ended = deferred<Uint8Array>();
  ended.promise.catch(ignore);
  let input = new Uint8Array(0);
  let runs: number[] = [];
  let failure: { readonly error: unknown } | null = null;
  const fail = (error: unknown): never => {
    ended.reject(error);
    cancelQuietly(core, error);
    throw error;
  };
  const decode = (chunk: Uint8Array | null): void => {
    if (chunk === null) decoder.finish();
    else {
      input = chunk as Uint8Array<ArrayBuffer>;
      runs = [];
      const stop = decoder.read(chunk, 0, chunk.byteLength, runs);
      if (decoder.done) ended.resolve(chunk.subarray(stop));
    }
    if (decoder.error !== null) failure = { error: decoder.error };
  };
  const pull = (demand: number): Uint8Array | null | Promise<Uint8Array | null> => {
    for (;;) {
      const end = runs.pop();
      const start = runs.pop();
      if (start !== undefined && end !== undefined) return input.subarray(start, end);
      if (failure !== null) return fail(failure.error);
      if (decoder.done) return null;
      const pulled = core.pull(demand);
      if (isPromise(pulled))
        return pulled.then((chunk) => {
          decode(chunk);
          reverse(runs);
          return pull(demand);
        });
      decode(pulled);
      reverse(runs);
    }
  };
  const stream = new BodyStream(
    {
      pull(demand) {
        try {
          const pulled = pull(demand);
          return isPromise(pulled) ? pulled.catch(fail) : pulled;
        } catch (error) {
          return fail(error);
        }
      },
      cancel(reason) {
        ended.reject(new ClosedError(reason, 'The body was cancelled'));
        return core.cancel(reason);
      },
      get trailers() {
        const { trailers } = decoder;
        return trailers === null ? undefined : flatHeaders(trailers, new Headers());
      },
    },
    options,
  );
  const rest = (): BodyStream => {
    let first = true;
    return new BodyStream({
      pull(demand) {
        if (!first) return core.pull(demand);
        first = false;
        return ended.promise.then((left) => (left.byteLength > 0 ? left : core.pull(demand)));
      },
      cancel: (reason) => core.cancel(reason),
    });
  };
  return Object.assign(stream, { rest });
}

/** Pairs of offsets, the first pair last, so that they can be popped. */
function reverse(runs: number[]): void {
  const pairs = runs.length / 2;
  for (let i = 0; i < pairs >> 1; i++) {
    const j = pairs - 1 - i;
    const start = runs[2 * i] as number;
    const end = runs[2 * i + 1] as number;
    runs[2 * i] = runs[2 * j] as number;
    runs[2 * i + 1] = runs[2 * j + 1] as number;
    runs[2 * j] = start;
    runs[2 * j + 1] = end;
  }
}
