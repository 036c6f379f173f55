import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { asChunk } from './as-chunk.ts';
import { blobSource } from './blob-source.ts';
import type { BodyLike, ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { coreOf } from './core-of.ts';
import { iterableSource, iteratorOf } from './iterable-source.ts';
import { readerSource } from './reader-source.ts';

/**
 * What a body is made from, as a source. A stream is locked from here on, and unlocked when it is over; a BodyStream is
 * pulled at its core, past the stream.
 */
export function sourceOf(from: BodyLike): BodySource {
  const is = (name: string): boolean =>
    typeof (from as unknown as Record<string, unknown> | null)?.[name] === 'function';
  const bytes = asChunk(from);
  if (isUint8Array(bytes)) return onceSource(bytes);
  if (is('getReader')) return streamSource(from as ReadableLike<unknown>);
  if (is('pull')) return from as BodySource;
  // Of all that has an arrayBuffer() only a Blob has a size.
  if (is('arrayBuffer') && 'size' in (from as Blob)) return blobSource(from as Blob);
  if (typeof from === 'function' || (iteratorOf(from)?.call && typeof (from as unknown[])[0] !== 'number'))
    return iterableSource(from as Iterable<string>);
  throw cannot('make a body', 'it must be made from a BodyLike', from);
}

function onceSource(bytes: Uint8Array): BodySource {
  let left: Uint8Array | null = bytes;
  return {
    byteLength: bytes.byteLength,
    pull() {
      const chunk = left;
      left = null;
      return chunk;
    },
  };
}

function streamSource(stream: ReadableLike<unknown>): BodySource {
  if (stream.locked) throw cannot('read a body', 'its stream must not be locked', stream);
  const source = readerSource(stream);
  const core = coreOf(stream);
  // What a read that was given up has left in the stream is only to be had there.
  if (!core?.idle?.()) return { ...source, trailers: core?.trailers };
  core.unlock = source.unlock;
  core.onSettled(source.unlock);
  return core;
}
