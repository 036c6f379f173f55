/** Trailer fields, or how to get them once the body has ended. */
export type TrailersSource = Headers | Promise<Headers> | (() => Headers | Promise<Headers>);

/**
 * What a source gives when that is not sure to be bytes: `values` of any kind; `any`: bytes or values, whatever a function
 * made of bytes; `unchecked`: what should be bytes and was not looked at.
 */
export type SourceKind = 'values' | 'any' | 'unchecked';

/**
 * The pull seam: what bodies are made of and what operators take and give. Called only on demand, one call at a time.
 * `null` is the end; a value that is itself null travels as the symbol `nil`.
 */
export interface Source<T> {
  /**
   * The next value, or null at the end. `demand`: bytes wanted, a hint. `view`: where bytes may be written by a body below
   * that can; who passes it on gets the part of it that was filled, or a chunk as ever. `wake`: who passes it on is called
   * in place of a promise, and pulls again; it is for synchronous operators of the library.
   */
  pull(demand: number, view?: Uint8Array, wake?: () => void): T | null | Promise<T | null>;
  /** The consumer wants no more. At most once, never after the end or an error; may come while a pull is pending. */
  cancel?(reason: unknown): void | Promise<void>;
  /** Exact bytes in total, where known. */
  readonly byteLength?: number | undefined;
  /** Trailer fields, asked for at the end. */
  readonly trailers?: TrailersSource | undefined;
  /** What it gives; undefined: bytes. */
  readonly kind?: SourceKind | undefined;
  /** Makes a chunk of what a late pull gave: the result of a stream's `read()`, as a promise more for each would be slow. */
  chunkOfResult?: ((given: never) => T | null) | undefined;
  /** Gives back, unread, the stream that was locked for it: for a call that fails after all. */
  unlock?: (() => void) | undefined;
  /** Whether a pull would be answered at once, where the source can tell. */
  readonly ready?: boolean | undefined;
}

/**
 * What produces bytes. Called only on demand, one call at a time.
 *
 * @example
 * ```ts
 * import { body, bytes, type BodySource } from 'sluice';
 *
 * let n = 0;
 * const source: BodySource = {
 *   pull: () => (n < 3 ? new Uint8Array([n++]) : null),
 *   cancel: (reason) => console.log('stopped:', reason),
 * };
 * console.log(await bytes(body(source))); // Uint8Array(3) [ 0, 1, 2 ]
 * ```
 */
export interface BodySource extends Source<Uint8Array> {
  /**
   * The next chunk, or null at the end. An empty chunk is skipped, never the end.
   * `demand`: bytes wanted, a hint: the BYOB view's size, else max(64 KiB, room).
   */
  pull(demand: number, view?: Uint8Array, wake?: () => void): Uint8Array | null | Promise<Uint8Array | null>;
  /** Optional fast path for BYOB readers: fill the view, return the bytes written, 0 at the end. */
  pullInto?(view: Uint8Array): number | Promise<number>;
}
