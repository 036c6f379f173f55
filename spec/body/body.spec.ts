import { describe, expect, it } from '@jest/globals';
import { type BodyLike, BodyStream, body, bytes, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const text = async (from: BodyLike) => (await collect(from)).text();
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('body: every kind of BodyLike', () => {
  it.each<[string, () => BodyLike, number | undefined]>([
    ['text', () => 'héllo', 6],
    ['bytes', () => new TextEncoder().encode('héllo'), 6],
    ['a view', () => new DataView(new TextEncoder().encode('xhéllox').buffer, 1, 6), 6],
    ['an ArrayBuffer', () => new TextEncoder().encode('héllo').buffer, 6],
    ['a pooled Buffer', () => Buffer.from('héllo'), 6],
    ['a Blob', () => new Blob(['héllo']), 6],
    ['a stream', () => new Blob(['héllo']).stream(), undefined],
    ['a Response body', () => new Response('héllo').body as ReadableStream<Uint8Array>, undefined],
    ['an iterable', () => ['hé', new TextEncoder().encode('llo')], undefined],
    ['a Set', () => new Set(['hé', 'llo']), undefined],
    [
      'a generator',
      () =>
        (function* () {
          yield 'hé';
          yield 'llo';
        })(),
      undefined,
    ],
    [
      'an async generator',
      () =>
        (async function* () {
          yield 'hé';
          yield 'llo';
        })(),
      undefined,
    ],
    [
      'a function',
      () =>
        async function* () {
          yield 'hé';
          yield '';
          yield 'llo';
        },
      undefined,
    ],
    ['a sync function', () => () => ['héllo'], undefined],
    [
      'a BodySource',
      () => {
        let n = 0;
        return { pull: () => (n++ ? null : new TextEncoder().encode('héllo')) };
      },
      undefined,
    ],
    ['a BodyStream', () => body('héllo'), 6],
  ])('%s', async (_name, make, byteLength) => {
    for (const type of ['default', 'bytes'] as const) {
      for (const highWaterMark of [0, 3, 65_536]) {
        const stream = body(make(), { type, highWaterMark });
        expect(stream).toBeInstanceOf(BodyStream);
        expect(stream.byteLength).toBe(byteLength);
        expect(stream.stats.pulls).toBe(0);
        expect(await text(stream)).toBe('héllo');
        expect(stream.stats).toMatchObject({
          pulled: 6,
          delivered: 6,
          buffered: 0,
          dropped: 0,
          state: 'ended',
        });
        expect(stream.locked).toBe(false);
        expect([...(await stream.trailers)]).toEqual([]);
      }
    }
  });

  it.each([[[1, 2, 3]], [null], [undefined], [5], [{}], [{ [Symbol.iterator]: 5 }], [Symbol.iterator]])(
    'refuses %p at the call',
    (value) => {
      expect(() => body(value as unknown as BodyLike)).toThrow(TypeError);
    },
  );

  it('refuses bad options at the call', () => {
    expect(() => body('x', { highWaterMark: -1 })).toThrow(RangeError);
    expect(() => body('x', { highWaterMark: 1.5 })).toThrow(RangeError);
    expect(() => body('x', { highWaterMark: Number.POSITIVE_INFINITY })).toThrow(RangeError);
    expect(() => body('x', { highWaterMark: '1' as unknown as number })).toThrow(TypeError);
    expect(() => body('x', { type: 'byte' as 'bytes' })).toThrow(TypeError);
    const stream = new ReadableStream<Uint8Array>();
    for (const signal of [5, 'x', {}])
      expect(() => body(stream, { signal: signal as never })).toThrow(
        /^Cannot use signal as it must be an AbortSignal: received /,
      );
    for (const trailers of [5, 'x', { a: '1' }, [['a', '1']]])
      expect(() => body(stream, { trailers: trailers as never })).toThrow(
        /^Cannot use trailers as it must be Headers: received /,
      );
    expect(stream.locked).toBe(false);
    stream.getReader();
    expect(() => body(stream)).toThrow(TypeError);
  });
});

describe('body: demand (law 1)', () => {
  it.each([0, 1, 1000, 65_536])(
    'a body nobody reads is never pulled, highWaterMark %d',
    async (highWaterMark) => {
      const source = countingSource({ chunkBytes: 10 });
      body(source, { highWaterMark });
      body(source, { highWaterMark, type: 'bytes' });
      await turn();
      expect(source.pulls).toBe(0);
    },
  );

  it.each(['default', 'bytes'] as const)('%s: holds at most highWaterMark + one chunk', async (type) => {
    for (const async of [false, true]) {
      for (const [chunkBytes, highWaterMark] of [
        [1024, 0],
        [1024, 10_000],
        [65_536, 65_536],
        [65_536, 100_000],
      ] as const) {
        const source = countingSource({ chunkBytes, async });
        const stream = body(source, { highWaterMark, type });
        const reader = stream.getReader();
        await reader.read();
        await turn();
        const held = source.bytes - chunkBytes;
        expect(held).toBe(Math.ceil(highWaterMark / chunkBytes) * chunkBytes);
        expect(stream.stats).toMatchObject({
          pulled: source.bytes,
          delivered: chunkBytes,
          buffered: held,
          peakBuffered: Math.max(held, chunkBytes),
        });
        await reader.cancel('enough');
        expect(source.cancelled).toEqual({ reason: 'enough' });
        expect(stream.stats).toMatchObject({ buffered: 0, dropped: held, state: 'cancelled' });
        expect(await stream.trailers.catch((reason) => reason)).toBe('enough');
      }
    }
  });

  it('asks for max(64 KiB, room), and a BYOB reader for the size of its view', async () => {
    const asked: number[] = [];
    const source = {
      pull: (demand: number) => {
        asked.push(demand);
        return new Uint8Array(10);
      },
    };
    await body(source).getReader().read();
    await body(source, { highWaterMark: 100_000 }).getReader().read();
    expect(asked.slice(0, 3)).toEqual([65_536, 100_000, 100_000]);
    asked.length = 0;
    const reader = body(source, { type: 'bytes' }).getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint8Array(7));
    expect(asked).toEqual([7]);
    expect(value?.byteLength).toBe(7);
    expect((await reader.read(new Uint8Array(7))).value?.byteLength).toBe(3);
    expect(asked).toEqual([7]);
  });
});

describe('body: BYOB', () => {
  it('fills the view through pullInto, honours min, and ends with 0', async () => {
    let left = 10;
    const views: number[] = [];
    const source = {
      pull: () => {
        throw new Error('pull must not be called');
      },
      pullInto: (view: Uint8Array) => {
        views.push(view.byteLength);
        const n = Math.min(left, 3, view.byteLength);
        view.fill(left, 0, n);
        left -= n;
        return views.length % 2 ? n : Promise.resolve(n);
      },
    };
    const stream = body(source, { type: 'bytes', byteLength: 10 });
    const reader = stream.getReader({ mode: 'byob' });
    const first = await reader.read(new Uint8Array(8), { min: 5 } as never);
    expect(first.value?.byteLength).toBe(6);
    expect((await reader.read(new Uint8Array(8))).value?.byteLength).toBe(3);
    expect((await reader.read(new Uint8Array(8))).value?.byteLength).toBe(1);
    expect(await reader.read(new Uint8Array(8))).toMatchObject({ done: true });
    expect(stream.stats).toMatchObject({ pulled: 10, delivered: 10, state: 'ended' });
  });

  it.each([-1, 9, 1.5, Number.NaN])('refuses %d bytes written', async (n) => {
    let reason: unknown;
    const reader = body(
      { pull: () => null, pullInto: () => n, cancel: (why) => void (reason = why) },
      { type: 'bytes' },
    ).getReader({ mode: 'byob' });
    const error = await reader.read(new Uint8Array(8)).catch((e) => e);
    expect(error).toBeInstanceOf(RangeError);
    expect(reason).toBe(error);
  });
});

describe('body: memory (law 10)', () => {
  const variants = ['default', 'bytes'] as const;
  it.each(variants)('%s: a source that reuses one buffer', async (type) => {
    const buffer = new Uint8Array(4);
    let n = 0;
    const out = await bytes(body({ pull: () => (n < 3 ? buffer.fill(++n) : null) }, { type }));
    expect([...out]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    expect(buffer.byteLength).toBe(4);
  });

  it.each(variants)(
    '%s: two views of one buffer, a pooled Buffer, and a transferred whole buffer',
    async (type) => {
      const both = new Uint8Array([1, 2, 3, 4]);
      const pooled = Buffer.from('hello');
      const whole = new Uint8Array([9, 9]);
      const chunks = [both.subarray(0, 2), both.subarray(2), pooled, whole];
      const source = { pull: () => chunks.shift() ?? null };
      const reader = body(source, { type, transfer: true }).getReader();
      const got: number[] = [];
      for (let r = await reader.read(); !r.done; r = await reader.read()) got.push(...r.value);
      expect(got).toEqual([1, 2, 3, 4, ...Buffer.from('hello'), 9, 9]);
      expect(both.byteLength).toBe(4);
      expect(pooled.toString()).toBe('hello');
      expect(whole.byteLength).toBe(type === 'bytes' ? 0 : 2);
      expect(Buffer.from('still fine').toString()).toBe('still fine');
    },
  );

  it('copies WebAssembly memory even when it is given away', async () => {
    const memory = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer);
    const once = () => {
      const chunks = [memory];
      return { pull: () => chunks.pop() ?? null };
    };
    expect((await bytes(body(body(once(), { type: 'bytes', transfer: true })))).byteLength).toBe(65_536);
    const { value } = await body(once(), { type: 'bytes', transfer: true }).getReader().read();
    expect(value?.byteLength).toBe(65_536);
    expect(memory.byteLength).toBe(65_536);
  });
});

describe('body: ends', () => {
  it('delivers what was received, then the error, by identity (law 5)', async () => {
    const failure = new Error('source broke');
    for (const highWaterMark of [0, 100]) {
      let n = 0;
      const stream = body(
        {
          pull: () => {
            if (n++ < 2) return new Uint8Array(3);
            throw failure;
          },
        },
        { highWaterMark },
      );
      const reader = stream.getReader();
      expect((await reader.read()).value?.byteLength).toBe(3);
      expect((await reader.read()).value?.byteLength).toBe(3);
      expect(await reader.read().catch((e) => e)).toBe(failure);
      expect(await stream.trailers.catch((e) => e)).toBe(failure);
      expect(stream.stats.state).toBe('errored');
    }
  });

  it('errors on a length mismatch, and cancels a source that gives too much', async () => {
    const short = await bytes(
      body(countingSource({ chunkBytes: 5, totalBytes: 8 }), { byteLength: 10 }),
    ).catch((e) => e);
    expect(short).toMatchObject({ code: 'ERR_LENGTH_MISMATCH', expected: 10, received: 8 });
    const source = countingSource({ chunkBytes: 6 });
    const long = await bytes(body(source, { byteLength: 10 })).catch((e) => e);
    expect(long).toMatchObject({ code: 'ERR_LENGTH_MISMATCH', expected: 10, received: 12 });
    expect(source.cancelled?.reason).toBe(long);
  });

  it('refuses chunks that are no bytes', async () => {
    const error = await bytes({ pull: () => 'text' as unknown as Uint8Array }).catch((e) => e);
    expect(error).toBeInstanceOf(TypeError);
    // A null among the chunks must not look like the end (law 5).
    for (const bad of [null, undefined, 0]) {
      const failed = await bytes(['a', bad, 'b'] as unknown as string[]).catch((e) => e);
      expect(failed).toBeInstanceOf(TypeError);
    }
  });

  it('cancel reaches the source while a pull is pending; a late chunk is dropped (law 4)', async () => {
    let give: (chunk: Uint8Array) => void = () => {};
    const reasons: unknown[] = [];
    const stream = body({
      pull: () =>
        new Promise<Uint8Array>((r) => {
          give = r;
        }),
      cancel: (r) => void reasons.push(r),
    });
    const reader = stream.getReader();
    const read = reader.read();
    await turn();
    const reason = { why: 'left' };
    const cancelled = reader.cancel(reason);
    expect(reasons).toEqual([reason]);
    expect(reasons[0]).toBe(reason);
    give(new Uint8Array(7));
    expect(await read).toEqual({ done: true, value: undefined });
    await cancelled;
    await turn();
    expect(stream.stats).toMatchObject({ pulled: 7, dropped: 7, delivered: 0, state: 'cancelled' });
  });

  it('an aborted signal errors the body at once, with its reason, also while a pull is pending', async () => {
    for (const pending of [true, false]) {
      const controller = new AbortController();
      const reasons: unknown[] = [];
      const stream = body(
        { pull: () => new Promise(() => {}), cancel: (r) => void reasons.push(r) },
        { signal: controller.signal },
      );
      const reader = stream.getReader();
      const read = pending ? reader.read() : undefined;
      await turn();
      const reason = new Error('stop');
      controller.abort(reason);
      expect(reasons).toEqual([reason]);
      expect(await (read ?? reader.read()).catch((e) => e)).toBe(reason);
    }
    const reasons: unknown[] = [];
    const stream = body(
      { pull: () => null, cancel: (r) => void reasons.push(r) },
      { signal: AbortSignal.abort('early') },
    );
    expect(reasons).toEqual(['early']);
    expect(
      await stream
        .getReader()
        .read()
        .catch((e) => e),
    ).toBe('early');
  });

  it('a generator blocked in an await hears of the cancel by its signal, and cancel does not hang', async () => {
    let heard: unknown;
    const stream = body(async function* ({ signal }) {
      signal.addEventListener('abort', () => {
        heard = signal.reason;
      });
      yield 'a';
      await new Promise(() => {});
    });
    const reader = stream.getReader();
    await reader.read();
    reader.read();
    await turn();
    await reader.cancel('bye');
    expect(heard).toBe('bye');
  });

  it('skips empty chunks', async () => {
    let n = 0;
    expect(await text({ pull: () => (n++ < 5 ? new Uint8Array(n % 2) : null) })).toHaveLength(3);
  });
});

describe('body: trailers', () => {
  const fields = new Headers({ 'x-sum': '1' });
  it.each([
    ['headers', () => fields],
    ['a promise', () => Promise.resolve(fields)],
    ['a function', () => () => fields],
    ['an async function', () => async () => fields],
  ])('%s', async (_name, make) => {
    const stream = body('abc', { trailers: make() });
    expect(stream.hasTrailers).toBe(true);
    const outer = body(stream, { highWaterMark: 10 });
    expect(outer.hasTrailers).toBe(true);
    const whole = await collect(outer);
    expect(whole.trailers.get('x-sum')).toBe('1');
    expect((await stream.trailers).get('x-sum')).toBe('1');
  });

  it('a function is called once, at the end, whether or not anyone listens', async () => {
    let calls = 0;
    const stream = body('abc', {
      trailers: () => {
        calls++;
        return fields;
      },
    });
    const reader = stream.getReader();
    await reader.read();
    expect(calls).toBe(0);
    await reader.read();
    expect(calls).toBe(1);
    await stream.trailers;
    expect(calls).toBe(1);
  });

  it.each([() => ({ a: '1' }), async () => 5, () => undefined])(
    'reject with a TypeError where %s makes no Headers',
    async (make) => {
      const stream = body('x', { trailers: make as never });
      await expect(collect(stream)).rejects.toThrow(/^Cannot use trailers as it must be Headers: received /);
    },
  );

  it('reject with what the function throws', async () => {
    const failure = new Error('no sum');
    const stream = body('abc', {
      trailers: () => {
        throw failure;
      },
    });
    await stream.getReader().read();
    expect(await collect(body('abc', { trailers: Promise.reject(failure) })).catch((e) => e)).toBe(failure);
  });
});
