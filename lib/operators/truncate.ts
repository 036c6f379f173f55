import type { BodySource } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { chain } from './chain.ts';
import { keep, pass, sizeOf } from './keep.ts';
import type { Seam } from './operator.ts';

/** Ends after `n` bytes: the source is cancelled with the chunk that reaches them, and has no say about trailers then. */
export function truncate(source: BodySource, n: number): Seam<Uint8Array> {
  let left = n;
  let open = true;
  const cut = (given: unknown): unknown => {
    const bytes = sizeOf(given);
    const kept = Math.min(bytes, left);
    left -= kept;
    if (left === 0) stop();
    return kept === bytes
      ? given
      : typeof given === 'number'
        ? kept
        : (given as Uint8Array).subarray(0, kept);
  };
  const stop = (): void => {
    if (open) cancelQuietly(source, undefined);
    open = false;
  };
  const ask = (want: number | Uint8Array): unknown => {
    if (left === 0) stop();
    if (!open) return typeof want === 'number' ? null : 0;
    if (typeof want === 'number') return chain(pass(source, Math.min(want, left)), cut);
    return chain(pass(source, want.subarray(0, left)), cut);
  };
  const { byteLength } = source;
  return keep(source, ask, {
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
