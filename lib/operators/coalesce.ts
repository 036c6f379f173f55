import type { BodyCore } from '../body/body-core.ts';
import type { BodySource } from '../body/body-source.ts';
import { checkBytes } from '../body/check-bytes.ts';
import { coreFrom } from '../body/core-from.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { asBytes } from './as-bytes.ts';
import { chain } from './chain.ts';
import { keep } from './keep.ts';
import type { Operator } from './operator.ts';

/**
 * Joins chunks up to `maxBytes`, as far as they are there at once: what a buffer holds, or a source gives synchronously. It
 * never waits for a second chunk, so on a foreign stream it changes nothing. Chunks are never split. Length and trailers
 * are kept.
 *
 * @param maxBytes The most bytes in a chunk that was joined.
 * @throws TypeError or RangeError at the call for a size out of range.
 * @see futures' `ready_chunks`
 * @example
 * ```ts
 * import { coalesce, pipe } from 'sluice';
 *
 * const stream = pipe(['a', 'b', 'c', 'd', 'e'], coalesce(3));
 * console.log((await stream.getReader().read()).value); // Uint8Array(3) [ 97, 98, 99 ]
 * ```
 */
export function coalesce(maxBytes: number): Operator<Uint8Array, Uint8Array> {
  checkBytes(maxBytes, 'maxBytes', 1);
  return (from) => join(coreFrom(asBytes(from, 'coalesce')), maxBytes);
}

function join(core: BodyCore, maxBytes: number): BodySource {
  /** What came with the last chunk and did not fit. */
  let held: Uint8Array | null = null;
  /** The chunk in hand was waited for. */
  let late = false;
  const gather = (first: Uint8Array | null): Uint8Array | null => {
    const ready = core.ready ?? !late;
    late = false;
    if (first === null || !ready || first.byteLength >= maxBytes) return first;
    // A source may reuse its buffer at the next pull.
    const joined = new ByteBuffer(maxBytes);
    joined.append(first);
    try {
      for (let room = maxBytes - first.byteLength; room > 0 && core.ready !== false; ) {
        // What has to wait comes at the next pull, and so do an end and an error.
        const next = core.pull(room, undefined, ignore);
        if (isPromise(next) || next === null) break;
        room -= next.byteLength;
        if (room < 0) held = next;
        else joined.append(next);
      }
    } catch {}
    return joined.take();
  };
  return keep(core, {
    ready: undefined,
    pull(demand, _view, wake) {
      const first = held ?? core.pull(demand, undefined, wake);
      held = null;
      late ||= isPromise(first);
      return chain(first, gather);
    },
    cancel(reason) {
      held = null;
      return core.cancel(reason);
    },
  });
}
