import type { BodySource } from '../body/body-source.ts';
import { sizeOf } from '../body/size-of.ts';
import { convert, more } from './convert.ts';
import { keep } from './keep.ts';

/** Ends after `n` bytes: the source is cancelled with the chunk that reaches them, and has no say about trailers then. */
export function truncate(source: BodySource, n: number): BodySource {
  let left = n;
  const within = keep(source, {
    pull: (demand, view, wake) => source.pull(Math.min(demand, left), view?.subarray(0, left), wake),
  });
  return convert<Uint8Array, Uint8Array>(
    within,
    (chunk, stop) => {
      const kept = chunk?.subarray(0, left) ?? null;
      left -= sizeOf(kept);
      if (left === 0) stop();
      return kept;
    },
    {
      passes: true,
      byteLength: source.byteLength && Math.min(source.byteLength, n),
      rest(stop) {
        if (left === 0) stop();
        return more;
      },
    },
  );
}
