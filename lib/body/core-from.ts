import { BodyCore } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import { sourceOf } from './source-of.ts';

/** A body without a stream around it: for consumers inside the library. */
export function coreFrom(from: BodyLike): BodyCore {
  const source = sourceOf(from);
  const core = source instanceof BodyCore ? source : new BodyCore(source);
  // A pipe may give values too.
  core.kind = undefined;
  return core;
}
