import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { type BodyCore, defaultDemand } from './body-core.ts';
import type { BodySource } from './body-source.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { ForkBackpressure } from './fork.ts';
import { isPromise } from './is-promise.ts';

type Chunk = Uint8Array | null;

/** A chunk that was pulled; the last one is empty, and filled by the next pull. Branches hold on to what they have to read. */
interface Link {
  chunk: Uint8Array | undefined;
  next: Link | undefined;
}

interface Branch {
  at: Link;
  /** Bytes pulled and not read yet. */
  behind: number;
  waiter: Deferred<Chunk> | undefined;
  readonly core: () => BodyCore;
}

/** One source, read by many branches. */
export class Forked {
  readonly #source: BodyCore;
  readonly #highWaterMark: number;
  readonly #policy: ForkBackpressure;
  #last: Link = { chunk: undefined, next: undefined };
  #live: Branch[] = [];
  readonly #reasons: unknown[] = [];
  /** Branches whose read waits. */
  #waiters = 0;
  #busy = false;
  #over: { readonly error?: unknown } | undefined;

  constructor(source: BodyCore, highWaterMark: number, policy: ForkBackpressure) {
    this.#source = source;
    this.#highWaterMark = highWaterMark;
    this.#policy = policy;
  }

  /** All are made before the first one is read. */
  branch(core: () => BodyCore): BodySource {
    const source = this.#source;
    const index = this.#live.length;
    const branch: Branch = { at: this.#last, behind: 0, waiter: undefined, core };
    this.#live.push(branch);
    return {
      // What loses chunks has no length to keep.
      byteLength: this.#policy === 'drop-oldest' ? undefined : source.byteLength,
      get trailers() {
        return source.trailers;
      },
      pull: (demand) => this.#pull(branch, demand),
      cancel: (reason) => this.#leave(branch, index, reason),
    };
  }

  #pull(branch: Branch, demand: number): Chunk | Promise<Chunk> {
    let chunk = this.#take(branch);
    if (chunk !== undefined) return chunk;
    if (this.#mayPull()) {
      this.#pullSource(demand);
      chunk = this.#take(branch);
      if (chunk !== undefined) return chunk;
    }
    branch.waiter = deferred();
    this.#waiters++;
    return branch.waiter.promise;
  }

  /** The next chunk of a branch, or its end; undefined when it has read all there is. */
  #take(branch: Branch): Chunk | undefined {
    const { chunk, next } = branch.at;
    if (!chunk || !next) {
      if (!this.#over) return undefined;
      if ('error' in this.#over) throw this.#over.error;
      return null;
    }
    branch.at = next;
    branch.behind -= chunk.byteLength;
    // It may have been the one that the others waited for.
    if (this.#waiters) this.#pullForWaiters();
    return chunk;
  }

  #mayPull(): boolean {
    if (this.#busy || this.#over) return false;
    if (this.#policy !== 'block') return true;
    let slowest = 0;
    for (const { behind } of this.#live) if (behind > slowest) slowest = behind;
    return slowest === 0 || slowest < this.#highWaterMark;
  }

  #pullForWaiters(): void {
    for (const { waiter, at } of this.#live)
      if (waiter && !at.chunk) {
        if (this.#mayPull()) this.#pullSource(defaultDemand);
        return;
      }
  }

  #pullSource(demand: number): void {
    try {
      const pulled = this.#source.pull(demand);
      if (!isPromise(pulled)) return this.#land(pulled);
      this.#busy = true;
      pulled.then(this.#landed, this.#failed);
    } catch (error) {
      this.#end({ error });
    }
  }

  readonly #landed = (chunk: Chunk): void => this.#land(chunk);
  readonly #failed = (error: unknown): void => this.#end({ error });

  #land(chunk: Chunk): void {
    this.#busy = false;
    if (!chunk) return this.#end({});
    const next: Link = { chunk: undefined, next: undefined };
    this.#last.chunk = chunk;
    this.#last.next = next;
    this.#last = next;
    for (const branch of this.#live) branch.behind += chunk.byteLength;
    for (const branch of this.#live) {
      if (branch.waiter) this.#settle(branch);
      else if (this.#policy !== 'block') this.#catchUp(branch, chunk);
    }
  }

  /** A branch that is too far behind loses chunks (never the newest one), or fails. */
  #catchUp(branch: Branch, newest: Uint8Array): void {
    let dropped = 0;
    while (branch.behind > this.#highWaterMark && branch.at.chunk !== newest) {
      if (this.#policy === 'error') {
        const { behind } = branch;
        branch.core().countDropped(behind);
        return branch
          .core()
          .abort(
            new LimitExceededError(
              this.#highWaterMark,
              behind,
              `A branch of a fork is ${behind} bytes behind: ${this.#highWaterMark} are allowed`,
            ),
          );
      }
      const { chunk, next } = branch.at;
      if (!chunk || !next) break;
      branch.at = next;
      branch.behind -= chunk.byteLength;
      dropped += chunk.byteLength;
    }
    if (dropped) branch.core().countDropped(dropped);
  }

  #settle(branch: Branch): void {
    const { waiter } = branch;
    branch.waiter = undefined;
    this.#waiters--;
    try {
      waiter?.resolve(this.#take(branch) ?? null);
    } catch (error) {
      waiter?.reject(error);
    }
  }

  #end(over: { readonly error?: unknown }): void {
    this.#busy = false;
    this.#over ??= over;
    for (const branch of this.#live) if (branch.waiter) this.#settle(branch);
  }

  #leave(branch: Branch, index: number, reason: unknown): void | Promise<void> {
    this.#reasons[index] = reason;
    this.#live = this.#live.filter((one) => one !== branch);
    // Nothing may be kept for it.
    branch.at = this.#last;
    if (branch.waiter) this.#waiters--;
    branch.waiter?.resolve(null);
    branch.waiter = undefined;
    if (this.#over) return;
    if (this.#live.length) return this.#pullForWaiters();
    this.#over = {};
    return this.#source.cancel(this.#reasons);
  }
}
