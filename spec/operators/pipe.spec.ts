import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BodyStats,
  BodyStream,
  body,
  buffer,
  bytes,
  collect,
  deadline,
  encodeSse,
  filter,
  idleTimeout,
  limitBytes,
  lines,
  map,
  ndjson,
  type Operator,
  pipe,
  rechunk,
  take,
  tap,
  text,
} from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { every } from './every-operator.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const all = async <T>(stream: ReadableStream<T>) => {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
};
/** Types are checked by the compiler: what is wrong here fails `tsc`. */
const typed = <T>(value: T): T => value;

describe('pipe', () => {
  it('gives a BodyStream for bytes and a plain stream for values', async () => {
    expect(typed<BodyStream>(pipe('a'))).toBeInstanceOf(BodyStream);
    expect(
      typed<BodyStream>(
        pipe(
          'a',
          limitBytes(1),
          tap((c) => c.byteLength),
        ),
      ),
    ).toBeInstanceOf(BodyStream);
    const strings = typed<ReadableStream<string>>(
      pipe(
        'a\nb',
        lines(),
        map((line) => line.toUpperCase()),
      ),
    );
    expect(strings).not.toBeInstanceOf(BodyStream);
    expect(await all(strings)).toEqual(['A', 'B']);
    const sse = pipe(
      ['x', 'y'],
      map((c) => ({ data: String(c.byteLength) })),
      encodeSse(),
    );
    expect(typed<BodyStream>(sse)).toBeInstanceOf(BodyStream);
    expect((await collect(sse)).text()).toBe('data: 1\n\ndata: 1\n\n');
    const objects = async function* () {
      yield { n: 1 };
      yield { n: 2 };
    };
    expect(
      await all(
        typed<ReadableStream<number>>(
          pipe(
            objects(),
            map((o) => o.n),
          ),
        ),
      ),
    ).toEqual([1, 2]);
    expect(
      await bytes(
        pipe(
          [{ data: 'a' }],
          tap((e) => e.data),
          encodeSse(),
        ),
      ),
    ).toHaveLength(9);
  });

  it('lets any value through: null, undefined, 0, an empty text', async () => {
    const odd = [null, undefined, 0, '', false, {}];
    let n = 0;
    const stream = pipe(
      odd.map(() => 'x'),
      map(() => odd[n++]),
      tap(() => {}),
      filter(() => true),
      take(9),
    );
    expect(await all(stream)).toEqual(odd);
    expect(await all(pipe('null\n0\n""\nfalse\n', ndjson()))).toEqual([null, 0, '', false]);
    expect(
      await all(
        pipe(
          'null\n1\n',
          ndjson(),
          map((v) => v),
          map(async (v) => v),
        ),
      ),
    ).toEqual([null, 1]);
  });

  it('values of an array stay values where no operator makes others of them', async () => {
    const values = [{ a: 1 }, { a: 2 }];
    const [one, two] = values;
    expect(await all(typed<ReadableStream<{ a: number }>>(pipe(values)))).toEqual(values);
    const large = filter((v: { a: number }) => v.a > 1);
    expect(await all(pipe(values, large))).toEqual([two]);
    expect(await all(pipe(values, take(1)))).toEqual([one]);
    expect(
      await all(
        pipe(
          [...values, null],
          tap(() => {}),
          deadline(1000),
        ),
      ),
    ).toEqual([...values, null]);
    expect(() => pipe(values, limitBytes(5) as never)).toThrow(/limitBytes.*bytes/);
    expect(pipe(['a'], take(1))).toBeInstanceOf(BodyStream);
  });

  it('values of a generator or a stream of objects pass operators that take any value', async () => {
    const values = [{ a: 1 }, { a: 2 }, null];
    const generator = async function* () {
      yield* values;
    };
    const objects = new ReadableStream<(typeof values)[number]>({
      start(controller) {
        for (const value of values) controller.enqueue(value);
        controller.close();
      },
    });
    for (const from of [generator, generator(), objects]) {
      const seen: unknown[] = [];
      const stream = pipe(
        from,
        tap((value) => void seen.push(value)),
        filter(() => true),
        take(9),
        idleTimeout(1000),
      );
      expect([await all(stream), seen]).toEqual([values, values]);
    }
    await expect(bytes(pipe(generator, take(1)) as unknown as BodyStream)).rejects.toThrow(/bytes/);
    await expect(all(pipe(generator as never, limitBytes(5)))).rejects.toThrow(/bytes/);
  });

  it('refuses at the call what can not work', () => {
    expect(() => pipe('a', 5 as unknown as Operator<Uint8Array, Uint8Array>)).toThrow(TypeError);
    expect(() => pipe(null as unknown as string)).toThrow(TypeError);
    expect(() => pipe('a', text(), limitBytes(5) as never)).toThrow(/limitBytes.*bytes/);
    expect(() => pipe('a', lines(), text() as never)).toThrow(TypeError);
    const locked = body('x');
    locked.getReader();
    expect(() => pipe(locked, limitBytes(5))).toThrow(TypeError);
  });

  it('still checks bytes: before an operator of bytes, and at the end', async () => {
    const bad = { pull: () => 'text' as unknown as Uint8Array };
    for (const operator of [limitBytes(9), rechunk({ size: 3 }), tap(() => {}), buffer(3)])
      await expect(bytes(pipe(bad, operator))).rejects.toThrow(TypeError);
    await expect(
      bytes(pipe('abc', map((c: Uint8Array) => c.length) as never, limitBytes(9))),
    ).rejects.toThrow(TypeError);
    const short = { pull: () => null, byteLength: 3 };
    await expect(all(pipe(short, text()))).rejects.toMatchObject({ code: 'ERR_LENGTH_MISMATCH' });
  });

  it('takes an operator of ten lines', async () => {
    const invert: Operator<Uint8Array, Uint8Array> = (source) => ({
      pull: async (demand) => (await source.pull(demand))?.map((byte) => 255 - byte) ?? null,
      cancel: (reason) => source.cancel?.(reason),
      byteLength: source.byteLength,
    });
    const stream = pipe(new Uint8Array([0, 255]), invert, limitBytes(2), invert, invert);
    expect(stream.byteLength).toBe(2);
    expect([...(await bytes(stream))]).toEqual([255, 0]);
  });
});

describe.each([...every])('$name', ({ make, holds, keepsLength }) => {
  const total = 95;
  it.each([false, true])(
    'law 6, law 1: pulls what is read, and the chunk in hand; async %p',
    async (async) => {
      const source = countingSource({ chunkBytes: 10, totalBytes: total, async });
      const stream = pipe(source, make(total));
      await turn();
      expect(source.pulls).toBe(0);
      const reader = stream.getReader();
      let read = 0;
      for (let r = await reader.read(); !r.done; r = await reader.read()) {
        for (const byte of r.value) expect(byte).toBe(read++ % 251);
        await turn();
        expect(source.bytes).toBeLessThanOrEqual(read + holds + 10);
        if (!holds && r.value.byteLength === 10)
          expect(source.bytes).toBeLessThanOrEqual(read + (async ? 0 : 10));
      }
      expect(read).toBe(total);
      expect(stream.locked && stream.stats.state).toBe('ended');
    },
  );

  it('law 7: length and trailers', async () => {
    const trailers = new Headers({ 'x-sum': '1' });
    const from = body('x'.repeat(total), { trailers: async () => trailers });
    const stream = pipe(from, make(total));
    expect(stream.byteLength).toBe(keepsLength ? total : undefined);
    expect(stream.hasTrailers).toBe(true);
    const whole = await collect(stream);
    expect(whole.bytes()).toHaveLength(total);
    expect(whole.trailers.get('x-sum')).toBe('1');
  });

  it('law 4: cancel reaches a source that answers, once, by identity', async () => {
    for (const reads of [0, 1, 2]) {
      const source = countingSource({ chunkBytes: 10, async: true });
      const reader = pipe(source, make(100)).getReader();
      for (let i = 0; i < reads; i++) await reader.read();
      const reason = new Error('left');
      const done = reader.cancel(reason);
      expect(source.cancelled?.reason).toBe(reason);
      await done;
    }
  });

  it('law 4: cancel reaches the source in the same turn while a pull is pending; what comes late is dropped', async () => {
    let give: (chunk: Uint8Array) => void = () => {};
    const reasons: unknown[] = [];
    let pulls = 0;
    const stream = pipe(
      {
        pull: () => {
          pulls++;
          return new Promise<Uint8Array>((resolve) => {
            give = resolve;
          });
        },
        cancel: (reason: unknown) => void reasons.push(reason),
      },
      make(100),
    );
    const reader = stream.getReader();
    const read = reader.read();
    await turn();
    expect(pulls).toBe(1);
    const reason = { why: 'left' };
    const cancelled = reader.cancel(reason);
    expect(reasons[0]).toBe(reason);
    give(new Uint8Array(10));
    expect(await read).toEqual({ done: true, value: undefined });
    await cancelled;
    await turn();
    expect([reasons.length, pulls, stream.stats.delivered]).toEqual([1, 1, 0]);
  });

  it('law 5: what came is delivered, then the error, by identity', async () => {
    for (const async of [false, true]) {
      const failure = new Error('broke');
      let n = 0;
      const next = () => {
        if (n++ < 3) return new Uint8Array(10);
        throw failure;
      };
      const stream = pipe({ pull: () => (async ? Promise.resolve().then(next) : next()) }, make(100));
      let read = 0;
      const error = await (async () => {
        for await (const chunk of stream) read += chunk.byteLength;
      })().catch((e) => e);
      expect(error).toBe(failure);
      expect(await stream.trailers.catch((e) => e)).toBe(failure);
      expect(read).toBeGreaterThanOrEqual(30 - (holds === 50 ? 0 : holds));
    }
  });
});

/** One schedule of everything: what the source does, how the consumer reads, when it leaves. */
const schedule = fc.record({
  chain: fc.array(fc.nat(every.length - 1), { minLength: 1, maxLength: 8 }),
  sizes: fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }),
  asyncs: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
  ends: fc.constantFrom('end', 'error', 'throw'),
  leaves: fc.option(fc.nat(15), { nil: undefined }),
  pending: fc.boolean(),
});

describe('chains of up to eight (laws 1, 4 to 8)', () => {
  it('hold over random schedules', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async ({ chain, sizes, asyncs, ends, leaves, pending }) => {
        const total = sizes.reduce((a, b) => a + b, 0);
        const failure = new Error('broke');
        const reasons: unknown[] = [];
        let pulls = 0;
        let pulled = 0;
        let over = false;
        let pulling = false;
        const next = () => {
          pulling = false;
          const size = sizes[pulls++];
          if (size === undefined) {
            over = true;
            if (ends === 'end') return null;
            throw failure;
          }
          const chunk = Uint8Array.from({ length: size }, (_, i) => (pulled + i) % 251);
          pulled += size;
          return chunk;
        };
        const source = {
          byteLength: total,
          trailers: new Headers({ 'x-sum': '1' }),
          pull() {
            if (pulling || over || reasons.length) throw new Error('pulled out of turn');
            pulling = true;
            return asyncs[pulls % asyncs.length] ? Promise.resolve().then(next) : next();
          },
          cancel(reason: unknown) {
            if (over) throw new Error('cancelled after its end');
            reasons.push(reason);
          },
        };
        const rows = chain.map((i) => every[i] as (typeof every)[number]);
        const operators = rows.map((row) => row.make(total));
        const stream = (pipe as (from: unknown, ...rest: unknown[]) => BodyStream)(source, ...operators);
        let known = true;
        let cuts = false;
        for (const row of rows) {
          cuts ||= row.name === 'limitBytes truncate' && !known;
          known = row.name === 'fixedLength' || (known && row.keepsLength);
        }
        expect(stream.byteLength).toBe(known ? total : undefined);
        const reader = stream.getReader();
        const holds = rows.reduce(
          (sum, row) => sum + row.holds + (row.name.startsWith('buffer') ? 12 : 0),
          0,
        );
        let read = 0;
        let stats: BodyStats = stream.stats;
        const reason = { why: 'left' };
        for (let n = 0; ; n++) {
          if (n === leaves) {
            const last = pending ? reader.read().catch(() => {}) : undefined;
            if (pending) await Promise.resolve();
            const before = over;
            const state = stream.stats.state;
            const done = reader.cancel(reason).catch(() => {});
            if (!before && !cuts && state === 'open') expect(reasons).toEqual([reason]);
            await Promise.all([last, done]);
            break;
          }
          const result = await reader.read().catch((error) => ({ error, done: true, value: undefined }));
          if ('error' in result) {
            expect([result.error, ends]).not.toEqual([failure, 'end']);
            expect(result.error).toBe(failure);
            break;
          }
          if (result.done) {
            expect([cuts ? 'end' : ends, read]).toEqual(['end', total]);
            // What was cut at its last byte never saw the trailers, as it does not pull again.
            if (!cuts) expect((await stream.trailers).get('x-sum')).toBe('1');
            break;
          }
          for (const byte of result.value as Uint8Array) expect(byte).toBe(read++ % 251);
          // Every operator that copes with more than a chunk at once has one in hand.
          expect(pulled).toBeLessThanOrEqual(read + holds + 12 * rows.length + 25);
          stats = stream.stats;
        }
        await turn();
        expect(reasons.length).toBeLessThanOrEqual(1);
        expect(stats.delivered).toBe(read);
      }),
      { numRuns: 400 },
    );
  });
});

it('a value that has a buffer is no buffer', async () => {
  const values = [{ buffer: new ArrayBuffer(3), name: 'a' }];
  const stream = pipe(
    async function* () {
      yield* values;
    },
    tap(() => {}),
  );
  expect(await all(stream)).toEqual(values);
});
