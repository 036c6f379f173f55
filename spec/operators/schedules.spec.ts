import { describe, expect, it, jest } from '@jest/globals';
import * as whatwg from '@whatwg-node/fetch';
import fc from 'fast-check';
import * as polyfill from 'web-streams-polyfill';
import {
  type BodyLike,
  body,
  bytes,
  channel,
  concat,
  deadline,
  fork,
  idleTimeout,
  merge,
  ndjson,
  pipe,
  stallTimeout,
  throttle,
} from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { every } from './every-operator.ts';

const turns = async (n: number): Promise<void> => {
  for (let turn = 0; turn < n; turn++) await undefined;
};

/** Chunks of `id`, each after as many turns as it says; 0: at once. */
function scheduled(id: number, plan: readonly { size: number; after: number }[]) {
  let n = 0;
  let pulled = 0;
  const cancels: unknown[] = [];
  const next = (): Uint8Array | null => {
    const step = plan[n++];
    pulled += step?.size ?? 0;
    return step ? new Uint8Array(step.size).fill(id) : null;
  };
  return {
    id,
    total: plan.reduce((sum, { size }) => sum + size, 0),
    cancels,
    pulled: () => pulled,
    ended: () => n > plan.length,
    source: {
      pull: () => (plan[n]?.after ? turns(plan[n]?.after ?? 0).then(next) : next()),
      cancel: (reason: unknown) => void cancels.push(reason),
    },
  };
}

const plans = fc.array(
  fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), after: fc.nat(4) }), { maxLength: 6 }),
  { minLength: 1, maxLength: 4 },
);

describe('concat and merge over random schedules', () => {
  it.each([
    ['concat', concat],
    ['merge', merge],
  ])('%s gives every byte of each in order, and cancels what has not ended once', async (name, join) => {
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.nat(5)), fc.option(fc.nat(10)), async (all, pauses, leaveAt) => {
        const sources = all.map((plan, id) => scheduled(id, plan));
        const stream = join(...sources.map(({ source }) => source));
        const reader = stream.getReader();
        const got: number[] = [];
        const reason = new Error('enough');
        let largest = 0;
        let left = false;
        for (let n = 0; ; n++) {
          await turns(pauses[n % (pauses.length || 1)] ?? 0);
          const pulled = sources.reduce((sum, source) => sum + source.pulled(), 0);
          // One chunk of each that others overtook, and for concat none.
          largest = Math.max(largest, pulled - got.length);
          if (n === leaveAt) {
            left = true;
            await reader.cancel(reason);
            break;
          }
          const { done, value } = await reader.read();
          if (done) break;
          got.push(...value);
        }
        expect(largest).toBeLessThanOrEqual(name === 'concat' ? 0 : 9 * all.length);
        if (name === 'concat') expect(got).toEqual([...got].sort((a, b) => a - b));
        for (const { id, total, cancels, ended } of sources) {
          const size = got.filter((byte) => byte === id).length;
          if (left) expect([size <= total, cancels]).toEqual([true, ended() ? [] : [reason]]);
          else expect([size, cancels]).toEqual([total, []]);
        }
      }),
    );
  });
});

describe('ndjson over random cuts', () => {
  it('gives what JSON.parse gives for each line', async () => {
    const line = fc.tuple(fc.jsonValue(), fc.constantFrom('\n', '\r\n', '\n\n', '\n \r\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 7 })), async (lines, cuts) => {
        const text = Buffer.from(lines.map(([value, end]) => JSON.stringify(value) + end).join(''));
        const chunks: Uint8Array[] = [];
        for (let at = 0, n = 0; at < text.length; n++) {
          const size = cuts[n % (cuts.length || 1)] ?? 5;
          chunks.push(text.subarray(at, at + size));
          at += size;
        }
        const values: unknown[] = [];
        const reader = pipe(chunks, ndjson()).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) values.push(part.value);
        expect(values).toEqual(lines.map(([value]) => JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});

describe('timeouts over random schedules', () => {
  it.each([
    ['idleTimeout', idleTimeout, false],
    ['stallTimeout', stallTimeout, true],
  ] as const)('%s fails at the first wait that is too long, and never before', async (_, timeout, counts) => {
    const gap = fc.record({ source: fc.integer({ min: 1, max: 20 }), consumer: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(gap, { maxLength: 8 }), async (gaps) => {
        const clock = virtualClock();
        const timers = new Set<unknown>();
        const watched = {
          now: () => clock.now(),
          setTimeout(callback: () => void, ms: number) {
            const handle: unknown = clock.setTimeout(() => {
              timers.delete(handle);
              callback();
            }, ms);
            timers.add(handle);
            return handle;
          },
          clearTimeout(handle: unknown) {
            timers.delete(handle);
            clock.clearTimeout(handle);
          },
        };
        const cancels: unknown[] = [];
        let n = 0;
        const source = {
          pull: () =>
            new Promise<Uint8Array | null>((resolve) => {
              const step = gaps[n++];
              if (step) clock.setTimeout(() => resolve(new Uint8Array(1)), step.source);
              else resolve(null);
            }),
          cancel: (reason: unknown) => void cancels.push(reason),
        };
        const reader = pipe(source, timeout(10.5, { clock: watched })).getReader();
        let seen = 0;
        let error: unknown;
        for (const step of gaps) {
          await clock.advance(step.consumer);
          const read = reader.read().then(
            () => seen++,
            (reason) => {
              error = reason;
            },
          );
          await clock.advance(step.source);
          await read;
          if (error) break;
        }
        const long = ({ source: wait, consumer }: (typeof gaps)[number]): boolean =>
          wait + (counts ? consumer : 0) > 10.5;
        const first = gaps.findIndex(long);
        expect(seen).toBe(first < 0 ? gaps.length : first);
        expect(cancels).toEqual(first < 0 ? [] : [error]);
        if (first < 0) expect((await reader.read()).done).toBe(true);
        expect(timers.size).toBe(0);
      }),
    );
  });
});

describe('deadline over random schedules', () => {
  it('passes what comes in time, and fails the rest when the time is over, whoever is slow', async () => {
    const step = fc.record({ source: fc.integer({ min: 1, max: 20 }), consumer: fc.nat(20) });
    const plan = fc.record({
      steps: fc.array(step, { maxLength: 8 }),
      ms: fc.integer({ min: 1, max: 150 }),
      date: fc.boolean(),
    });
    const now = jest.spyOn(Date, 'now').mockReturnValue(999.5);
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, ms, date }) => {
        const clock = virtualClock();
        const cancels: unknown[] = [];
        let n = 0;
        const source = {
          pull: () =>
            new Promise<Uint8Array | null>((resolve) => {
              const wait = steps[n++]?.source;
              if (wait) clock.setTimeout(() => resolve(new Uint8Array(1)), wait);
              else resolve(null);
            }),
          cancel: (reason: unknown) => void cancels.push(reason),
        };
        // Half a millisecond more: nothing is due together with a chunk.
        const due = date ? new Date(1000 + ms) : ms + 0.5;
        const stream = pipe(source, deadline(due, { clock }));
        const reader = stream.getReader();
        let [seen, spent] = [0, 0];
        let error: { code?: string; timeout?: number } | undefined;
        for (const { source: wait, consumer } of steps) {
          await clock.advance(consumer);
          const read = reader.read().then(
            () => seen++,
            (reason) => {
              error = reason;
            },
          );
          await clock.advance(wait);
          await read;
          if (error) break;
          spent += wait + consumer;
        }
        if (error) {
          expect(error.code).toBe('ERR_DEADLINE');
          expect(Math.abs((error.timeout ?? 0) - ms)).toBeLessThan(1);
          expect(cancels).toEqual([error]);
          expect(await reader.read().catch((again) => again)).toBe(error);
        } else {
          expect([seen, cancels]).toEqual([steps.length, []]);
          expect((await reader.read()).done).toBe(true);
        }
        const inTime = steps.findIndex((_, i) => {
          const until = steps.slice(0, i + 1).reduce((sum, { source: a, consumer: b }) => sum + a + b, 0);
          return until > ms + 0.5;
        });
        expect(seen).toBe(inTime < 0 ? steps.length : inTime);
        expect(spent).toBeLessThanOrEqual(ms);
      }),
    );
    now.mockRestore();
  });
});

describe('throttle over random schedules', () => {
  it('never lets more through than the rate and one chunk, and never holds back longer than it must', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1000, max: 4000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        async (chunks, bytesPerSecond, burst, pauses) => {
          const clock = virtualClock();
          const reader = pipe(
            chunks.map((size) => new Uint8Array(size)),
            throttle({ bytesPerSecond, burst, clock }),
          ).getReader();
          let read = 0;
          for (const [i, size] of chunks.entries()) {
            await clock.advance(pauses[i] ?? 0);
            let got = false;
            const next = reader.read().then(() => {
              got = true;
            });
            await turns(20);
            for (let ms = 0; !got; ms += 10) {
              // A debt of one chunk is the most that a pull waits out, and a timer counts whole milliseconds.
              expect(ms).toBeLessThanOrEqual(((500 + 1) * 1000) / bytesPerSecond + 10);
              await clock.advance(10);
              await turns(20);
            }
            await next;
            read += size;
            expect(read - size).toBeLessThan(burst + (clock.now() * bytesPerSecond) / 1000);
          }
          const end = reader.read();
          // The end waits out the last debt too.
          await clock.advance(1000);
          expect((await end).done).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});

const chunks = ['one ', 'two two ', 'three', '!'].map((text) => Buffer.from(text));
const text = chunks.join('');
const brands: [string, () => BodyLike][] = [
  ['web-streams-polyfill', () => from(polyfill.ReadableStream as unknown as typeof ReadableStream)],
  ['@whatwg-node/fetch', () => from(whatwg.ReadableStream)],
  ['a source that reuses its buffer', reusing],
  ['pooled Buffers', () => chunks],
];

function from(Stream: typeof ReadableStream): ReadableStream<Uint8Array> {
  let n = 0;
  return new Stream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[n++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function reusing(): BodyLike {
  const memory = new Uint8Array(16);
  let n = 0;
  return {
    pull() {
      const chunk = chunks[n++];
      memory.fill(0);
      if (!chunk) return null;
      memory.set(chunk);
      return memory.subarray(0, chunk.byteLength);
    },
  };
}

describe.each(brands)('operators over %s', (_, make) => {
  const run = every.filter(({ name }) => name !== 'throttle' && name !== 'take');
  it.each(run.map((row) => [row.name, row] as const))('%s: bytes, also by BYOB', async (_name, row) => {
    for (const type of ['default', 'bytes'] as const) {
      const stream = body(pipe(make(), row.make(text.length)), { type });
      expect(Buffer.from(await bytes(stream)).toString()).toBe(text);
      const byob = body(pipe(make(), row.make(text.length)), { type: 'bytes' }).getReader({ mode: 'byob' });
      let got = '';
      for (;;) {
        const { done, value } = await byob.read(new Uint8Array(3));
        if (done) break;
        got += Buffer.from(value).toString();
      }
      expect(got).toBe(text);
    }
    expect(chunks.join('')).toBe(text);
  });

  it('fork in both types', async () => {
    for (const type of ['default', 'bytes'] as const) {
      const branches = fork(make(), 2, { highWaterMark: 0, type });
      const all = await Promise.all(branches.map((branch) => bytes(branch)));
      expect(all.map((one) => Buffer.from(one).toString())).toEqual([text, text]);
    }
    expect(chunks.join('')).toBe(text);
  });
});

describe('channel', () => {
  it('lets in who waits for room when a drop has made it', async () => {
    const { sender } = channel({ highWaterMark: 10, backpressure: 'drop-oldest' });
    sender.trySend(new Uint8Array(10));
    let ready = false;
    sender.ready(5).then(() => {
      ready = true;
    });
    sender.trySend(new Uint8Array(1));
    await turns(3);
    expect(ready).toBe(true);
  });

  it('is a source for streams of other brands', async () => {
    for (const Stream of [polyfill.TransformStream, whatwg.TransformStream] as unknown[]) {
      const { sender, body: stream } = channel({ highWaterMark: 8 });
      const pair = new (Stream as typeof TransformStream)<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => controller.enqueue(chunk),
      });
      const writer = pair.writable.getWriter();
      const feed = (async () => {
        for await (const chunk of stream) await writer.write(chunk);
        await writer.close();
      })();
      const send = (async () => {
        for (const chunk of chunks) await sender.send(chunk);
        sender.close();
      })();
      expect(Buffer.from(await bytes(pair.readable)).toString()).toBe(text);
      await Promise.all([feed, send]);
    }
  });
});
