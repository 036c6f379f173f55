import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BodyOptions, type BodySource, body, collect, iterate } from '../../lib/mod.ts';

/** What the source does when it is called, one after the other; after the last it does what `end` says. */
interface Plan {
  readonly chunks: readonly { readonly size: number; readonly late: boolean }[];
  readonly end: 'end' | 'error' | 'silence';
  /** How chunks are handed out: fresh, as views of one reused buffer, or as two views of one buffer after another. */
  readonly memory: 'fresh' | 'reused' | 'views';
  readonly pullInto: boolean;
  readonly highWaterMark: number;
  readonly type: 'default' | 'bytes';
  readonly transfer: boolean;
  /** Streams and iterables have no demand, pullInto or memory of their own. */
  readonly as: 'source' | 'stream' | 'iterable';
}

type Step =
  | { readonly do: 'read' }
  | { readonly do: 'byob'; readonly size: number }
  | { readonly do: 'turn' }
  | { readonly do: 'cancel' }
  | { readonly do: 'abort' };

const plan: fc.Arbitrary<Plan> = fc.record({
  chunks: fc.array(fc.record({ size: fc.nat(40), late: fc.boolean() }), { maxLength: 12 }),
  end: fc.constantFrom('end', 'error', 'silence'),
  memory: fc.constantFrom('fresh', 'reused', 'views'),
  pullInto: fc.boolean(),
  highWaterMark: fc.constantFrom(0, 1, 10, 64, 1000),
  type: fc.constantFrom('default', 'bytes'),
  transfer: fc.boolean(),
  as: fc.constantFrom('source', 'source', 'stream', 'iterable'),
});

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>({ do: 'read' }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('byob' as const), size: fc.integer({ min: 1, max: 50 }) }),
    },
    { weight: 4, arbitrary: fc.constant<Step>({ do: 'turn' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'cancel' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'abort' }) },
  ),
  { maxLength: 30 },
);

const turn = () => new Promise((resolve) => setImmediate(resolve));
// More by hand: LAWS_RUNS=100000 npm run spec -- spec/body/laws
const runs = Number(process.env['LAWS_RUNS'] ?? 600);
const byteAt = (index: number): number => (index * 7 + 3) % 251;

/** A source that follows the plan and notes everything that is done to it. */
class Planned implements BodySource {
  readonly error = new Error('the source broke');
  readonly reasons: unknown[] = [];
  readonly buffers: { view: Uint8Array; copy: Uint8Array }[] = [];
  pulls = 0;
  bytes = 0;
  largest = 0;
  over = false;
  readonly wrongs: string[] = [];
  readonly #plan: Plan;
  readonly #reused = new Uint8Array(64);
  #pending = false;

  constructor(of: Plan) {
    this.#plan = of;
    if (!of.pullInto || of.as !== 'source') Object.defineProperty(this, 'pullInto', { value: undefined });
  }

  pull(): Uint8Array | null | Promise<Uint8Array | null> {
    return this.#call((size) => {
      const chunk = this.#memory(size);
      for (let i = 0; i < size; i++) chunk[i] = byteAt(this.bytes++);
      if (this.#plan.memory !== 'reused') this.buffers.push({ view: chunk, copy: chunk.slice() });
      return chunk;
    }, null);
  }

  pullInto(view: Uint8Array): number | Promise<number> {
    return this.#call((wanted) => {
      // 0 would be the end.
      const size = Math.max(1, Math.min(wanted, view.byteLength));
      for (let i = 0; i < size; i++) view[i] = byteAt(this.bytes++);
      return size;
    }, 0);
  }

  cancel(reason: unknown): void {
    if (this.reasons.length > 0) this.wrongs.push('cancelled twice');
    if (this.over) this.wrongs.push('cancelled after the end');
    this.reasons.push(reason);
  }

  #memory(size: number): Uint8Array {
    if (this.#plan.memory === 'fresh') return new Uint8Array(size);
    return this.#plan.memory === 'reused'
      ? this.#reused.subarray(0, size)
      : new Uint8Array(size + 8).subarray(4, 4 + size);
  }

  #call<T>(give: (size: number) => T, end: T): T | Promise<T> {
    if (this.#pending) this.wrongs.push('pulled while a pull was pending');
    if (this.over) this.wrongs.push('pulled after the end');
    if (this.reasons.length > 0) this.wrongs.push('pulled after the cancel');
    const next = this.#plan.chunks[this.pulls++];
    if (next === undefined) {
      if (this.#plan.end === 'silence') {
        this.#pending = true;
        return new Promise(() => {});
      }
      this.over = true;
      if (this.#plan.end === 'error') throw this.error;
      return end;
    }
    this.largest = Math.max(this.largest, next.size, 1);
    if (!next.late) return give(next.size);
    this.#pending = true;
    return turn().then(() => {
      this.#pending = false;
      return give(next.size);
    });
  }
}

/** The plan behind a stream or an iterable. A view that is enqueued to these stays theirs, so that memory is `fresh`. */
function from(source: Planned, as: Plan['as']): Parameters<typeof body>[0] {
  if (as === 'source') return source;
  if (as === 'iterable')
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const value = await source.pull();
          return value === null ? { done: true as const, value: undefined } : { done: false as const, value };
        },
        return: async () => {
          if (!source.over) source.cancel(undefined);
          return { done: true as const, value: undefined };
        },
      }),
    };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await source.pull();
        if (chunk === null) controller.close();
        else controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
      },
      // The end may be on its way while the consumer leaves.
      cancel: (reason) => (source.over ? undefined : source.cancel(reason)),
    },
    { highWaterMark: 0 },
  );
}

async function play(of: Plan, script: readonly Step[]): Promise<void> {
  const source = new Planned(of.as === 'source' ? of : { ...of, memory: 'fresh' });
  const controller = new AbortController();
  const { type, highWaterMark } = of;
  // A buffer that is used again is not given away.
  const transfer = of.transfer && of.memory !== 'reused';
  const options: BodyOptions = { type, highWaterMark, transfer, signal: controller.signal };
  const stream = body(from(source, of.as), options);
  const reasons = { cancel: new Error('the consumer left'), abort: new Error('aborted') };

  let ended: 'done' | 'cancelled' | 'aborted' | { error: unknown } | undefined;
  let stopped: 'cancel' | 'abort' | undefined;
  let left = false;
  const got: number[] = [];
  let demanded = false;
  let reader: ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader | undefined;
  let mode: 'default' | 'byob' | undefined;
  let pending: Promise<void> | undefined;

  /** One reader, as long as its mode is wanted and no read of it is pending. */
  const readerFor = (wanted: 'default' | 'byob'): typeof reader => {
    if (mode !== wanted) {
      reader?.releaseLock();
      reader = wanted === 'byob' ? stream.getReader({ mode: 'byob' }) : stream.getReader();
      mode = wanted;
    }
    return reader;
  };
  const laws = (): void => {
    expect(source.wrongs).toEqual([]);
    const { pulled, delivered, buffered, dropped, peakBuffered, pulls, state } = stream.stats;
    // Law 1.
    if (!demanded) expect(pulls).toBe(0);
    // What is held is bounded even when nothing is told of it: what the source gave, less what came out.
    const held = stopped === undefined ? source.bytes - got.length : 0;
    const chunk = Math.max(source.largest, 1);
    if (pending === undefined)
      expect(held).toBeLessThanOrEqual(highWaterMark + (highWaterMark === 0 && mode !== 'byob' ? 0 : chunk));
    expect(peakBuffered).toBeLessThanOrEqual(highWaterMark + chunk);
    expect(pulled).toBe(delivered + buffered + dropped);
    // Law 4: in the turn of the loss.
    if (stopped !== undefined && !source.over && of.as !== 'iterable') {
      expect(source.reasons).toHaveLength(1);
      expect(source.reasons[0]).toBe(reasons[stopped]);
    }
    if (state === 'cancelled' || state === 'ended') expect(buffered).toBe(0);
    // Law 10.
    for (const { view, copy } of source.buffers) {
      if (transfer && type === 'bytes') break;
      expect(Buffer.from(view).equals(copy)).toBe(true);
    }
  };
  const take = async (
    read: () => Promise<{ done: boolean; value?: Uint8Array | undefined }>,
  ): Promise<void> => {
    try {
      const { done, value } = await read();
      if (done) ended ??= left ? 'cancelled' : 'done';
      else got.push(...(value ?? []));
    } catch (error) {
      ended ??= stopped === 'abort' ? 'aborted' : { error };
    }
    pending = undefined;
  };

  for (const step of script) {
    if (step.do === 'turn') await turn();
    else if (step.do === 'abort') {
      if (stopped === undefined && ended === undefined) {
        const already = stream.stats.state !== 'open';
        controller.abort(reasons.abort);
        if (!already) stopped = 'abort';
      }
    } else if (step.do === 'cancel') {
      if (stopped === undefined && ended === undefined) {
        const already = stream.stats.state !== 'open';
        left = true;
        const cancelled = readerFor(mode ?? 'default')?.cancel(reasons.cancel);
        if (!already) stopped = 'cancel';
        // It settles with the source, unless that waits for good.
        cancelled?.catch(() => {});
      }
    } else if (pending === undefined) {
      demanded = true;
      if (step.do === 'byob' && type === 'bytes') {
        const byob = readerFor('byob') as ReadableStreamBYOBReader;
        pending = take(() => byob.read(new Uint8Array(step.size)));
      } else {
        const plain = readerFor('default') as ReadableStreamDefaultReader<Uint8Array>;
        pending = take(() => plain.read());
      }
    }
    laws();
  }

  // To the end, where there is one.
  for (let n = 0; ended === undefined && stopped === undefined && !left && n < 2000; n++) {
    if (pending === undefined) {
      demanded = true;
      const plain = readerFor('default') as ReadableStreamDefaultReader<Uint8Array>;
      pending = take(() => plain.read());
    }
    for (let m = 0; pending !== undefined && m < 6; m++) await turn();
    laws();
    if (pending !== undefined) break;
  }
  for (let n = 0; n < 4; n++) await turn();
  laws();

  // Every byte in its order; law 5: an end only where the source ended, an error by identity.
  expect(got).toEqual(Array.from({ length: got.length }, (_, index) => byteAt(index)));
  if (ended === 'done' && stopped === undefined) {
    expect(of.end).toBe('end');
    expect(got.length).toBe(source.bytes);
    expect((await stream.trailers) instanceof Headers).toBe(true);
  }
  if (typeof ended === 'object') {
    expect(ended.error).toBe(source.error);
    expect(got.length).toBe(source.bytes);
    expect(await stream.trailers.catch((error) => error)).toBe(source.error);
  }
  if (stopped !== undefined) expect(await stream.trailers.catch((error) => error)).toBe(reasons[stopped]);
  if (ended === undefined && stopped === undefined && !left) expect(of.end).toBe('silence');
}

describe('the laws, for random sources and readers', () => {
  it('1, 4, 5, 8, 9 and 10 hold in every order of read, BYOB read, cancel, abort, end and error', async () => {
    await fc.assert(fc.asyncProperty(plan, steps, play), { numRuns: runs });
  }, 600_000);

  it('7: byteLength and trailers survive bodies of bodies, and so do all bytes', async () => {
    const layer = fc.record({
      type: fc.constantFrom('default' as const, 'bytes' as const),
      highWaterMark: fc.constantFrom(0, 1, 50, 1000),
    });
    const sizes = fc.array(fc.nat(30), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(layer, { maxLength: 4 }), async (chunks, layers) => {
        const total = chunks.reduce((sum, size) => sum + size, 0);
        const left = [...chunks];
        let at = 0;
        const pull = (): Uint8Array | null => {
          const size = left.shift();
          return size === undefined ? null : Uint8Array.from({ length: size }, () => byteAt(at++));
        };
        const trailers = new Headers({ 'x-total': String(total) });
        let stream = body({ pull, byteLength: total, trailers: () => trailers });
        for (const options of layers) stream = body(stream, options);
        expect([stream.byteLength, stream.hasTrailers]).toEqual([total, true]);
        const whole = await collect(stream);
        expect([...whole.bytes()]).toEqual(Array.from({ length: total }, (_, index) => byteAt(index)));
        expect(whole.trailers.get('x-total')).toBe(String(total));
      }),
      { numRuns: 200 },
    );
  });

  it('8: a stream is unlocked and a signal has no listener left, however the loop over it ends', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(6), fc.boolean(), async (of, leaveAfter, abort) => {
        const source = new Planned({ ...of, memory: 'fresh', end: of.end === 'silence' ? 'end' : of.end });
        const inner = from(source, 'stream') as ReadableStream<Uint8Array>;
        const controller = new AbortController();
        let listeners = 0;
        const { signal } = controller;
        const add = signal.addEventListener.bind(signal) as (...args: unknown[]) => void;
        const remove = signal.removeEventListener.bind(signal) as (...args: unknown[]) => void;
        signal.addEventListener = (...args: unknown[]) => {
          listeners++;
          add(...args);
        };
        signal.removeEventListener = (...args: unknown[]) => {
          listeners--;
          remove(...args);
        };
        const outer = body(inner, { signal, highWaterMark: of.highWaterMark, type: of.type });
        let n = 0;
        try {
          for await (const _chunk of iterate(outer, { signal })) {
            if (n++ < leaveAfter) continue;
            if (abort) controller.abort(new Error('aborted'));
            else break;
          }
        } catch (error) {
          expect([source.error, signal.reason]).toContain(error);
        }
        for (let m = 0; m < 4; m++) await turn();
        expect([outer.locked, inner.locked]).toEqual([false, false]);
        expect(listeners).toBeLessThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
  });
});
