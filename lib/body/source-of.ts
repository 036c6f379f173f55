import { cannot } from '../errors/cannot.ts';
import { asChunk, isBuffer } from './as-chunk.ts';
import { blobSource } from './blob-source.ts';
import type { BodyLike, ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { coreOf } from './body-stream.ts';
import { iterableSource } from './iterable-source.ts';
import { readerSource } from './reader-source.ts';

/**
 * What a body is made from, as a source. A stream is locked from here on, and unlocked when it is over; a BodyStream is
 * pulled at its core, past the stream.
 */
export function sourceOf(from: BodyLike): BodySource {
  if (typeof from === 'string' || ArrayBuffer.isView(from) || isBuffer(from)) {
    const bytes = asChunk(from);
    return { ...iterableSource([bytes]), byteLength: bytes.byteLength };
  }
  if (typeof from === 'function') return iterableSource(from);
  const is = (name: string): boolean =>
    typeof (from as unknown as Record<string, unknown> | null)?.[name] === 'function';
  if (is('getReader')) return streamSource(from as ReadableLike<unknown>);
  if (is('pull')) return from as BodySource;
  if (is('arrayBuffer') && is('slice')) return blobSource(from as Blob);
  const iterable = Object(from)[Symbol.asyncIterator] ?? Object(from)[Symbol.iterator];
  if (!iterable || typeof (from as unknown[])[0] === 'number')
    throw cannot('make a body', 'it must be made from a BodyLike', from);
  return iterableSource(from as Iterable<string>);
}

function streamSource(stream: ReadableLike<unknown>): BodySource {
  if (stream.locked) throw cannot('read a body', 'its stream must not be locked', stream);
  const core = coreOf(stream);
  if (!core) return readerSource(stream);
  const reader = stream.getReader();
  const { onSettled } = core;
  core.onSettled = () => {
    onSettled?.();
    reader.releaseLock();
  };
  if (core.state !== 'open') reader.releaseLock();
  return core;
}
