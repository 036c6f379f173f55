import type { BodySource } from './body-source.ts';

/** A stream of any brand, touched through `getReader()` only. */
export interface ReadableLike<T> {
  getReader(): {
    read(): Promise<{ done: boolean; value?: T | undefined }>;
    cancel(reason?: unknown): Promise<unknown>;
    releaseLock(): void;
  };
  readonly locked?: boolean;
}

/** One piece of a body. */
export type BodyChunk = Uint8Array | string;

/** Everything a body can be made from. */
export type BodyLike =
  | string
  | ArrayBufferLike
  | ArrayBufferView
  | Blob
  | BodySource
  | ReadableLike<BodyChunk>
  | Iterable<BodyChunk>
  | AsyncIterable<BodyChunk>
  | ((context: { readonly signal: AbortSignal }) => Iterable<BodyChunk> | AsyncIterable<BodyChunk>);
