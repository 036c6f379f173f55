import { asChunk } from '../body/as-chunk.ts';
import { BodyCore } from '../body/body-core.ts';
import type { BodyLike, ReadableLike } from '../body/body-like.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { BodyStream, underlyingSource } from '../body/body-stream.ts';
import { sourceOf } from '../body/source-of.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { checkFunction } from '../errors/check-function.ts';
import type { Operator } from './operator.ts';

/** What a pipe can start from: a body, or values. */
export type PipeFrom =
  | BodyLike
  | Source<unknown>
  | ReadableLike<unknown>
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | ((context: { readonly signal: AbortSignal }) => Iterable<unknown> | AsyncIterable<unknown>);

/** What the first operator gets: text and bytes are bytes, everything else is what it is. */
export type Piped<F> = F extends BodyLike
  ? Uint8Array<ArrayBuffer>
  : F extends (context: never) => infer R
    ? Piped<R>
    : F extends Source<infer T> | ReadableLike<infer T> | Iterable<infer T> | AsyncIterable<infer T>
      ? T
      : never;

/** What a pipe is: a body while its last operator gives bytes. */
export type Pipe<O> = [O] extends [Uint8Array] ? BodyStream : ReadableStream<NoInfer<O>>;

/** What follows an operator gets what a reader of a BodyStream would. */
type Op<I, O> = Operator<[I] extends [Uint8Array] ? Uint8Array<ArrayBuffer> : I, O>;
type P<F> = Piped<F>;

/**
 * Runs a body through operators. They are fused into one stream: between two of them stands one function call, no stream,
 * and nothing is pulled but for a read. Cancels, errors, the length and the trailers pass through where the operators keep
 * them.
 *
 * An operator of your own is a function from a source to a source. It is called once, when the pipe is made:
 *
 * ```ts
 * import { bytes, type Operator, pipe } from 'sluice';
 *
 * const invert = (): Operator<Uint8Array, Uint8Array> => (source) => ({
 *   async pull(demand) {
 *     const chunk = await source.pull(demand); // null: the end. With `kind: 'values'` it may give anything else
 *     return chunk && chunk.map((byte) => 255 - byte);
 *   },
 *   cancel: (reason) => source.cancel?.(reason),
 *   byteLength: source.byteLength,
 * });
 * console.log(await bytes(pipe(new Uint8Array([0, 255]), invert()))); // Uint8Array(2) [ 255, 0 ]
 * ```
 *
 * @param from What to read: any body, or values for an operator that takes values. Text in it is bytes, in UTF-8.
 * @returns A BodyStream where the last operator gives bytes, or what it gives is not known at the call (values of a stream or
 *   an iterable that is no array, through operators that take anything); else a plain ReadableStream of values
 *   (highWaterMark 0).
 * @throws TypeError at the call when `from` is nothing to read, an operator is no function, or one of bytes follows values.
 * @example
 * ```ts
 * import { collect, limitBytes, pipe, progress } from 'sluice';
 *
 * const stream = pipe('hello', limitBytes(1024), progress(({ bytes }) => console.log(bytes))); // 5
 * console.log(stream.byteLength, (await collect(stream)).text()); // 5 hello
 * ```
 */
export function pipe<F extends PipeFrom>(from: F): Pipe<P<F>>;
export function pipe<F extends PipeFrom, A>(from: F, a: Op<P<F>, A>): Pipe<A>;
export function pipe<F extends PipeFrom, A, B>(from: F, a: Op<P<F>, A>, b: Op<A, B>): Pipe<B>;
export function pipe<F extends PipeFrom, A, B, C>(from: F, a: Op<P<F>, A>, b: Op<A, B>, c: Op<B, C>): Pipe<C>;
export function pipe<F extends PipeFrom, A, B, C, D>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
): Pipe<D>;
export function pipe<F extends PipeFrom, A, B, C, D, E>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
  e: Op<D, E>,
): Pipe<E>;
export function pipe<F extends PipeFrom, A, B, C, D, E, G>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
  e: Op<D, E>,
  g: Op<E, G>,
): Pipe<G>;
export function pipe<F extends PipeFrom, A, B, C, D, E, G, H>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
  e: Op<D, E>,
  g: Op<E, G>,
  h: Op<G, H>,
): Pipe<H>;
export function pipe<F extends PipeFrom, A, B, C, D, E, G, H, J>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
  e: Op<D, E>,
  g: Op<E, G>,
  h: Op<G, H>,
  j: Op<H, J>,
): Pipe<J>;
export function pipe<F extends PipeFrom, A, B, C, D, E, G, H, J, K>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
  e: Op<D, E>,
  g: Op<E, G>,
  h: Op<G, H>,
  j: Op<H, J>,
  k: Op<J, K>,
): Pipe<K>;
export function pipe<F extends PipeFrom, A, B, C, D, E, G, H, J, K, L>(
  from: F,
  a: Op<P<F>, A>,
  b: Op<A, B>,
  c: Op<B, C>,
  d: Op<C, D>,
  e: Op<D, E>,
  g: Op<E, G>,
  h: Op<G, H>,
  j: Op<H, J>,
  k: Op<J, K>,
  l: Op<K, L>,
): Pipe<L>;
export function pipe(
  from: PipeFrom,
  // biome-ignore lint/suspicious/noExplicitAny: operators of any kind, in a list
  ...operators: Operator<any, any>[]
): BodyStream | ReadableStream<unknown>;
export function pipe(
  from: PipeFrom,
  ...operators: Operator<never, unknown>[]
): BodyStream | ReadableStream<unknown> {
  for (const operator of operators) checkFunction(operator, 'an operator');
  const first = sourceOf(from as BodyLike);
  // What an array begins with says what it holds, and what is called a BodySource gives bytes. What anything else gives is
  // for the operators to say.
  const values = Array.isArray(from) && from.length > 0 && !isUint8Array(asChunk(from[0]));
  const kind = values ? 'values' : first === from ? 'unchecked' : 'any';
  let source: Source<unknown> = first instanceof BodyCore ? first : new BodyCore(first, {}, kind);
  try {
    for (const operator of operators as Operator<unknown, unknown>[]) source = operator(source);
  } catch (error) {
    // What a caller's own operator made does not pass it on.
    (source.unlock ?? first.unlock)?.();
    throw error;
  }
  const core = source instanceof BodyCore ? source : new BodyCore(source as BodySource, {}, source.kind);
  if (core.kind === 'unchecked' && core !== first) core.kind = undefined;
  const { kind: gives } = core;
  if (gives !== 'values') {
    const stream = new BodyStream(core);
    // Who makes a body of something else gets nothing but bytes.
    core.kind = gives;
    return stream;
  }
  return new ReadableStream<unknown>(underlyingSource(core), { highWaterMark: 0 });
}
