import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { BodyCore, defaultDemand } from './body-core.ts';
import type { BodySource } from './body-source.ts';
import type { ForkBackpressure } from './fork.ts';
import { isPromise } from './is-promise.ts';
import { later } from './later.ts';
import { sizeOf } from './size-of.ts';

type Chunk = Uint8Array | null;

/** One source, read by many branches: a chunk lands in the queue of each. */
export class Forked {
  readonly #source: BodySource;
  readonly #highWaterMark: number;
  readonly #policy: ForkBackpressure;
  /** A source that reuses its buffer would change what a branch has not read yet. */
  readonly #copies: boolean;
  /** Those that read, in the order they were made in. */
  #live: BodyCore[] = [];
  /** Those that have read all there is, and want more. */
  readonly #waiting = new Set<BodyCore>();
  readonly #reasons: unknown[] = [];
  #busy = false;

  constructor(source: BodySource, highWaterMark: number, policy: ForkBackpressure, copies: boolean) {
    this.#source = source;
    this.#highWaterMark = highWaterMark;
    this.#policy = policy;
    this.#copies = copies;
  }

  /** All are made before the first one is read. */
  branch(): BodyCore {
    const source = this.#source;
    const index = this.#live.length;
    const branch: BodyCore = new BodyCore({
      // What loses chunks has no length to keep.
      byteLength: this.#policy === 'drop-oldest' ? undefined : source.byteLength,
      get trailers() {
        return source.trailers;
      },
      pull: (demand) => {
        this.#waiting.add(branch);
        this.#pull(demand);
        return later;
      },
      cancel: (reason) => this.#leave(branch, index, reason),
    });
    branch.onTaken = () => this.#pull();
    this.#live.push(branch);
    return branch;
  }

  /** Pulls the source for those who wait, unless a branch is too far behind. */
  #pull(demand: number = defaultDemand): void {
    while (!this.#busy && this.#waiting.size && !this.#holdsBack()) {
      this.#busy = true;
      try {
        const given = this.#source.pull(demand, undefined, this.#retry);
        if (isPromise(given)) given.then(this.#landLate, this.#fail);
        else this.#land(given);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #holdsBack(): boolean {
    const slowest = Math.max(...this.#live.map(({ queue }) => queue.byteLength));
    return this.#policy === 'block' && slowest > 0 && slowest >= this.#highWaterMark;
  }

  readonly #retry = (): void => {
    this.#busy = false;
    this.#pull();
  };

  /** It stays busy: nothing is pulled any more. */
  readonly #fail = (error: unknown): void => {
    for (const branch of this.#live) branch.fail(error);
  };

  readonly #landLate = (given: Chunk): void => {
    this.#land(given);
    this.#pull();
  };

  /** Busy as long as not all of them have it, so that no chunk overtakes another; and for good after the end. */
  #land(given: Chunk): void {
    const chunk = given && this.#copies ? new Uint8Array(given) : given;
    this.#waiting.clear();
    for (const branch of this.#live) {
      branch.land(chunk);
      if (this.#policy !== 'block') this.#catchUp(branch);
    }
    this.#busy = given === null;
  }

  /** A branch that is too far behind loses chunks (never the newest one), or fails. */
  #catchUp(branch: BodyCore): void {
    const { queue } = branch;
    const limit = this.#highWaterMark;
    while (queue.byteLength > limit && queue.next?.next) {
      const behind = queue.byteLength;
      if (this.#policy === 'error')
        branch.abort(
          new LimitExceededError(limit, behind, `A branch is ${behind} bytes behind: ${limit} are allowed`),
        );
      else branch.counts.dropped += sizeOf(queue.shift());
    }
  }

  #leave(branch: BodyCore, index: number, reason: unknown): void | Promise<void> {
    this.#reasons[index] = reason;
    this.#live = this.#live.filter((one) => one !== branch);
    this.#waiting.delete(branch);
    if (!this.#live.length) return this.#source.cancel?.(this.#reasons);
    this.#pull();
    return undefined;
  }
}
