import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { BodyCore, defaultDemand } from './body-core.ts';
import type { BodySource } from './body-source.ts';
import type { ForkBackpressure } from './fork.ts';
import { isPromise } from './is-promise.ts';
import { later } from './later.ts';
import { sizeOf } from './size-of.ts';

type Chunk = Uint8Array | null;

/**
 * One source, read by many branches: a chunk lands in the queue of each. `copies`: a source that reuses its buffer would
 * change what a branch has not read yet.
 */
export function forked(
  source: BodySource,
  n: number,
  highWaterMark: number,
  policy: ForkBackpressure,
  copies: boolean,
): BodyCore[] {
  const reasons: unknown[] = [];
  /** Those that have read all there is, and want more: a bit for each. */
  let waiting = 0;
  let busy = false;

  /** Pulls the source for those who wait, unless a branch is too far behind. */
  const pull = (demand = defaultDemand): void => {
    while (!busy && waiting && !holdsBack()) {
      busy = true;
      try {
        const given = source.pull(demand, undefined, retry);
        if (isPromise(given)) given.then(landLate, fail);
        else land(given);
      } catch (error) {
        fail(error);
      }
    }
  };
  const holdsBack = (): boolean =>
    policy === 'block' && live.some(({ queue: { byteLength: held } }) => held > 0 && held >= highWaterMark);
  const retry = (): void => {
    busy = false;
    pull();
  };
  /** It stays busy: nothing is pulled any more. */
  const fail = (error: unknown): void => {
    source.unlock?.();
    for (const branch of live) branch.fail(error);
  };
  const landLate = (given: unknown): void => {
    try {
      land(source.chunkOfResult ? source.chunkOfResult(given as never) : (given as Chunk));
      pull();
    } catch (error) {
      fail(error);
    }
  };
  /** Busy as long as not all of them have it, so that no chunk overtakes another; and for good after the end. */
  const land = (given: Chunk): void => {
    const chunk = given && copies ? new Uint8Array(given) : given;
    waiting = 0;
    for (const branch of live) {
      branch.land(chunk);
      if (policy !== 'block') catchUp(branch);
    }
    busy = given === null;
    if (busy) source.unlock?.();
  };
  /** A branch that is too far behind loses chunks (never the newest one), or fails. */
  const catchUp = (branch: BodyCore): void => {
    const { queue } = branch;
    while (queue.byteLength > highWaterMark && queue.next?.next) {
      const behind = queue.byteLength;
      const message = `A branch is ${behind} bytes behind: ${highWaterMark} are allowed`;
      if (policy === 'error') branch.abort(new LimitExceededError(highWaterMark, behind, message));
      else branch.counts.dropped += sizeOf(queue.shift());
    }
  };
  const branches = Array.from({ length: n }, (_, index): BodyCore => {
    const bit = 1 << index;
    const branch: BodyCore = new BodyCore({
      // What loses chunks has no length to keep.
      byteLength: policy === 'drop-oldest' ? undefined : source.byteLength,
      get trailers() {
        return source.trailers;
      },
      pull(demand) {
        waiting |= bit;
        pull(demand);
        return later;
      },
      cancel(reason) {
        reasons[index] = reason;
        live = live.filter((one) => one !== branch);
        waiting &= ~bit;
        if (!live.length)
          try {
            return source.cancel?.(reasons);
          } finally {
            source.unlock?.();
          }
        pull();
        return undefined;
      },
    });
    branch.onTaken = pull;
    return branch;
  });
  /** Those that read, in the order they were made in. */
  let live = branches;
  return branches;
}
