import type { BodySource } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';

/** Ends after `n` bytes: the source is cancelled with the chunk that reaches them, and has no say about trailers then. */
export function truncate(source: BodySource, n: number): BodySource {
  let left = n;
  let open = true;
  const cut = (chunk: Uint8Array | null): Uint8Array | null => {
    const kept = chunk?.subarray(0, left) ?? null;
    left -= kept?.byteLength ?? 0;
    if (left === 0) stop();
    return kept;
  };
  const stop = (): void => {
    if (open) cancelQuietly(source, undefined);
    open = false;
  };
  const { byteLength } = source;
  return keep(source, {
    pull(demand, view) {
      if (left === 0) stop();
      return open ? chain(source.pull(Math.min(demand, left), view?.subarray(0, left)), cut) : null;
    },
    byteLength: byteLength && Math.min(byteLength, n),
    get trailers() {
      return open ? source.trailers : undefined;
    },
    cancel(reason) {
      if (!open) return;
      open = false;
      return source.cancel?.(reason);
    },
  });
}
