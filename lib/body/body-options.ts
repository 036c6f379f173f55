import type { TrailersSource } from './body-source.ts';

/** How a body is read. */
export interface BodyOptions {
  /** Bytes read ahead, from the first read on. Default 0: the source is pulled only while a read is pending. */
  highWaterMark?: number | undefined;
  /** `bytes`: a readable byte stream, for BYOB readers, where the runtime has them. Default `default`. */
  type?: 'default' | 'bytes' | undefined;
  /** The source gives its buffers away: a byte stream may transfer whole buffers instead of copying them. Default false. */
  transfer?: boolean | undefined;
  /** Exact bytes in total; overrides the source's own. */
  byteLength?: number | undefined;
  /** Trailer fields; overrides the source's own. */
  trailers?: TrailersSource | undefined;
  /** Aborting errors the body at once with the signal's reason and cancels the source with it. */
  signal?: AbortSignal | undefined;
}
