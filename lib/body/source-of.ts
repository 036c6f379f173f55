import { utf8 } from '../bytes/utf8.ts';
import { asChunk, isBuffer } from './as-chunk.ts';
import { blobSource } from './blob-source.ts';
import type { BodyCore } from './body-core.ts';
import type { BodyLike, ReadableLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { coreOf } from './body-stream.ts';
import { bytesSource } from './bytes-source.ts';
import { describe } from './describe.ts';
import { iterableSource } from './iterable-source.ts';
import { readerSource } from './reader-source.ts';

/**
 * What a body is made from, as a source. A stream is locked from here on, and unlocked when it is over; a BodyStream is
 * pulled at its core, past the stream.
 */
export function sourceOf(from: BodyLike): BodySource {
  if (typeof from === 'string') return bytesSource(utf8(from));
  if (typeof from === 'function') return iterableSource(from);
  if (typeof from !== 'object' || from === null) throw refusal(from);
  if (ArrayBuffer.isView(from) || isBuffer(from)) return bytesSource(asChunk(from));
  if (isReadable(from)) {
    if (from.locked) throw new TypeError('Cannot read a body as its stream must not be locked');
    const core = coreOf(from);
    return core === undefined ? readerSource(from) : takeCore(from, core);
  }
  if ('pull' in from && typeof from.pull === 'function') return from;
  if (isBlob(from)) return blobSource(from);
  if (Array.isArray(from) && from.some((item) => typeof item === 'number')) throw refusal(from);
  if (Symbol.asyncIterator in from || Symbol.iterator in from) return iterableSource(from);
  throw refusal(from);
}

function takeCore(stream: ReadableLike<unknown>, core: BodyCore): BodySource {
  const reader = stream.getReader();
  const { onSettled } = core;
  const unlock = (): void => {
    onSettled?.();
    reader.releaseLock();
  };
  if (core.state === 'open') core.onSettled = unlock;
  else unlock();
  return core;
}

function isReadable(value: object): value is ReadableLike<Uint8Array | string> {
  return 'getReader' in value && typeof value.getReader === 'function';
}

function isBlob(value: object): value is Blob {
  return 'slice' in value && 'arrayBuffer' in value && 'size' in value;
}

function refusal(value: unknown): TypeError {
  return new TypeError(
    `Cannot make a body as it must be bytes, text, a Blob, a stream, an iterable, a source or a function: received ${describe(value)}`,
  );
}
