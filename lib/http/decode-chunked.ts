import type { BodyLike } from '../body/body-like.ts';
import type { BodyOptions } from '../body/body-options.ts';
import { BodyStream } from '../body/body-stream.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { coreFrom } from '../body/core-from.ts';
import { handled } from '../body/handled.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { defined } from '../bytes/defined.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ChunkedDecoder } from '../http1/chunked-decoder.ts';
import { HTTP1_LIMITS, type Http1Limits } from '../http1/limits.ts';
import { flatHeaders } from './flat-headers.ts';

export interface DecodeChunkedOptions extends BodyOptions, Partial<Http1Limits> {}

/** A decoded body, and what follows it on the wire. */
export interface DecodedBody extends BodyStream {
  /** The bytes after the body, always the same stream: they come once it was read to its end, and fail when it does. */
  rest(): ReadableStream<Uint8Array>;
}

/**
 * Decodes the chunked transfer coding. Chunks that come together are given as they came, never gathered. Nothing is read
 * from the wire past the chunk that holds the body's end.
 *
 * @param wire The coded bytes.
 * @param options Those of a body, and the codec's limits, in bytes.
 * @returns The body, with its trailers. Errors with ProtocolError (`ERR_PROTOCOL`); the wire is then cancelled. Cancelling
 * `rest()` leaves the body alone: the wire is cancelled when it has ended.
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
  const given: Partial<Record<keyof Http1Limits, number>> = defined(options);
  for (const name of Object.keys(HTTP1_LIMITS) as (keyof Http1Limits)[]) checkBytes(given[name] ?? 0, name);
  const core = coreFrom(wire);
  const decoder = new ChunkedDecoder(given as Partial<Http1Limits>);
  const ended = handled<void>();
  let input: Uint8Array | null = null;
  let stop = 0;
  let runs: number[] = [];
  let at = 0;
  const decode = (chunk: Uint8Array | null): void => {
    input = chunk;
    if (chunk === null) return decoder.finish();
    runs = [];
    at = 0;
    stop = decoder.read(chunk, 0, chunk.byteLength, runs);
  };
  const next = (demand: number): Uint8Array | null | Promise<Uint8Array | null> => {
    for (;;) {
      if (input !== null && at < runs.length) return input.subarray(runs[at++], runs[at++]);
      if (decoder.error !== null) throw decoder.error;
      if (decoder.done) {
        ended.resolve();
        return null;
      }
      const pulled = core.pull(demand);
      if (isPromise(pulled))
        return pulled.then((chunk) => {
          decode(chunk);
          return next(demand);
        });
      decode(pulled);
    }
  };
  const fail = (error: unknown): never => {
    ended.reject(error);
    cancelQuietly(core, error);
    throw error;
  };
  const stream = new BodyStream(
    {
      pull(demand) {
        try {
          const pulled = next(demand);
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
  const following = (demand: number): Uint8Array | null | Promise<Uint8Array | null> => {
    const left = input?.subarray(stop);
    input = null;
    return left?.byteLength ? left : core.pull(demand);
  };
  let rest: BodyStream | undefined;
  return Object.assign(stream, {
    rest() {
      rest ??= new BodyStream({
        pull: (demand) => ended.promise.then(() => following(demand)),
        cancel: (reason) =>
          decoder.done
            ? core.cancel(reason)
            : void ended.promise.then(() => cancelQuietly(core, reason), ignore),
      });
      return rest;
    },
  });
}
