import { BodyCore } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import { sourceOf } from './source-of.ts';

/** A body without a stream around it: for consumers inside the library. */
export function coreFrom(from: BodyLike): BodyCore {
  const source = sourceOf(from);
  return source instanceof BodyCore ? source : new BodyCore(source);
}
