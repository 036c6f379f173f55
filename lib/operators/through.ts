import type { ReadableLike } from '../body/body-like.ts';
import type { Source } from '../body/body-source.ts';
import { cannot } from '../errors/cannot.ts';
import type { Operator } from './operator.ts';
import { throughSource } from './through-source.ts';
import type { TimedOptions } from './timer.ts';

/** A stream of any brand that takes chunks, touched through `getWriter()` only. */
export interface WritableLike {
  getWriter(): {
    readonly closed: Promise<unknown>;
    write(chunk: unknown): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
  readonly locked: boolean;
}

/** A `TransformStream`, CompressionStream, or any pair of the kind. */
export interface TransformPair<O> {
  readonly readable: ReadableStream<O> | ReadableLike<O>;
  readonly writable: WritableLike;
}

/**
 * Runs a body through a transform: a CompressionStream, DecompressionStream, TransformStream, or any pair of a `writable`
 * and a `readable`. One chunk is in the pair at a time, in pieces of at most 64 KiB (from 512 bytes to 16 KiB for a
 * DecompressionStream, which makes up to 1032 bytes of one), and no next one goes in while output waits: so pairs that count chunks as bytes
 * stay bounded too. A cancel reaches the source and both sides of the pair. The length is unknown afterwards; trailers are
 * kept. When the source fails, what the pair still gives for what it got comes first: the error comes when a read has
 * waited 50 ms for it.
 *
 * @param transform The pair; it is locked from the making of the pipe on.
 * @param options `clock`, for those 50 ms.
 * @throws The stream errors with what the transform fails with, and the source is cancelled with it. TypeError when the
 *   pair is none, or locked.
 * @see https://streams.spec.whatwg.org/#rs-pipe-through; RFC 1951 for the bound on what deflate expands to.
 * @example
 * ```ts
 * import { collect, pipe, through } from 'sluice';
 *
 * const zipped = pipe('a'.repeat(100_000), through(new CompressionStream('gzip')));
 * const text = (await collect(pipe(zipped, through(new DecompressionStream('gzip'))))).text();
 * console.log(text.length); // 100000
 * ```
 */
export function through<I = Uint8Array, O = Uint8Array>(
  transform: TransformPair<O>,
  options: TimedOptions = {},
): Operator<I, O> {
  if (transform?.readable?.locked !== false || transform.writable?.locked !== false)
    throw cannot('pipe through a transform', 'its readable and writable must not be locked', transform);
  return (source: Source<I>) => throughSource(source, transform, options);
}
