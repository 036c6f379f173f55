import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { type BodyCore, defaultDemand } from './body-core.ts';
import type { BodySource } from './body-source.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { ForkBackpressure } from './fork.ts';
import { isPromise } from './is-promise.ts';

type Chunk = Uint8Array | null;

interface Branch {
  /** What was pulled and it has not read yet. */
  held: ChunkQueue;
  waiter: Deferred<Chunk> | undefined;
  readonly core: () => BodyCore;
}

/** One source, read by many branches. */
export class Forked {
  readonly #source: BodySource;
  readonly #highWaterMark: number;
  readonly #policy: ForkBackpressure;
  /** A source that reuses its buffer would change what a branch has not read yet. */
  readonly #copies: boolean;
  #live: Branch[] = [];
  readonly #reasons: unknown[] = [];
  #busy = false;
  #over: { readonly error?: unknown } | undefined;

  constructor(source: BodySource, highWaterMark: number, policy: ForkBackpressure, copies: boolean) {
    this.#source = source;
    this.#highWaterMark = highWaterMark;
    this.#policy = policy;
    this.#copies = copies;
  }

  /** All are made before the first one is read. */
  branch(core: () => BodyCore): BodySource {
    const source = this.#source;
    const index = this.#live.length;
    const branch: Branch = { held: new ChunkQueue(), waiter: undefined, core };
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
    if (chunk === undefined && this.#mayPull()) {
      this.#pullSource(demand);
      chunk = this.#take(branch);
    }
    if (chunk !== undefined) return chunk;
    branch.waiter = deferred();
    return branch.waiter.promise;
  }

  /** The next chunk of a branch, or its end; undefined when it has read all there is. */
  #take(branch: Branch): Chunk | undefined {
    const chunk = branch.held.shift();
    // It may have been the one that the others waited for.
    if (chunk !== undefined) this.#pullForWaiters();
    else if (this.#over) {
      if ('error' in this.#over) throw this.#over.error;
      return null;
    }
    return chunk;
  }

  #mayPull(): boolean {
    if (this.#busy || this.#over) return false;
    if (this.#policy !== 'block') return true;
    let slowest = 0;
    for (const { held } of this.#live) slowest = Math.max(slowest, held.byteLength);
    return slowest === 0 || slowest < this.#highWaterMark;
  }

  #pullForWaiters(): void {
    if (this.#live.some(({ waiter, held }) => waiter && !held.byteLength) && this.#mayPull())
      this.#pullSource(defaultDemand);
  }

  #pullSource(demand: number): void {
    try {
      const pulled = this.#source.pull(demand);
      if (!isPromise(pulled)) return this.#land(pulled);
      this.#busy = true;
      pulled.then(this.#land, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #fail = (error: unknown): void => this.#end({ error });

  readonly #land = (given: Chunk): void => {
    this.#busy = false;
    if (given === null) return this.#end({});
    const chunk = this.#copies ? new Uint8Array(given) : given;
    for (const branch of this.#live) branch.held.push(chunk);
    for (const branch of this.#live) {
      if (branch.waiter) this.#settle(branch);
      else if (this.#policy !== 'block') this.#catchUp(branch, chunk);
    }
  };

  /** A branch that is too far behind loses chunks (never the newest one), or fails. */
  #catchUp({ held, core }: Branch, newest: Uint8Array): void {
    const limit = this.#highWaterMark;
    const behind = held.byteLength;
    if (behind <= limit || held.first === newest) return;
    if (this.#policy === 'error') {
      core().countDropped(behind);
      core().abort(
        new LimitExceededError(limit, behind, `A branch is ${behind} bytes behind: ${limit} are allowed`),
      );
    } else {
      while (held.byteLength > limit && held.first !== newest) held.shift();
      core().countDropped(behind - held.byteLength);
    }
  }

  #settle(branch: Branch): void {
    const { waiter } = branch;
    branch.waiter = undefined;
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
    branch.held = new ChunkQueue();
    branch.waiter?.resolve(null);
    branch.waiter = undefined;
    if (this.#over) return;
    if (this.#live.length) return this.#pullForWaiters();
    this.#over = {};
    return this.#source.cancel?.(this.#reasons);
  }
}
