import { BodyCore } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import { bytesSourceOf } from './source-of.ts';

/** A body without a stream around it: for consumers inside the library. */
export function coreFrom(from: BodyLike): BodyCore {
  const source = bytesSourceOf(from);
  return source instanceof BodyCore ? source : new BodyCore(source);
}
