import { describe, expect, it, jest } from '@jest/globals';
import {
  body,
  buffer,
  bytes,
  channel,
  coalesce,
  collect,
  concat,
  filter,
  fixedLength,
  iterate,
  limitBytes,
  map,
  merge,
  type Operator,
  type Progress,
  pipe,
  progress,
  rechunk,
  take,
  tap,
  withTrailers,
} from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const sizes = async (stream: ReadableStream<Uint8Array>) => {
  const all: number[] = [];
  for await (const chunk of iterate(stream)) all.push(chunk.byteLength);
  return all;
};
const read = async (stream: ReadableStream<Uint8Array>) => {
  const got: number[] = [];
  const error = await (async () => {
    for await (const chunk of stream) got.push(chunk.byteLength);
  })().catch((e) => e);
  return { got, error };
};

describe('limitBytes', () => {
  it('a declared length over the limit errors before any pull', async () => {
    const source = Object.assign(countingSource({ chunkBytes: 10 }), { byteLength: 11 });
    const { error } = await read(pipe(source, limitBytes(10)));
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 10, received: 11 });
    expect([source.pulls, source.cancelled?.reason]).toEqual([0, error]);
  });

  it.each([false, true])('the chunk that passes it is dropped whole; async %p', async (async) => {
    const source = countingSource({ chunkBytes: 10, async });
    const { got, error } = await read(pipe(source, limitBytes(25)));
    expect(got).toEqual([10, 10]);
    expect(error).toMatchObject({ limit: 25, received: 30 });
    expect(source.cancelled?.reason).toBe(error);
    expect(source.pulls).toBe(3);
    expect(
      await bytes(pipe(countingSource({ chunkBytes: 10, totalBytes: 30 }), limitBytes(30))),
    ).toHaveLength(30);
  });

  it.each([false, true])('truncate ends at the limit without another pull; async %p', async (async) => {
    for (const [limit, chunks, pulls] of [
      [25, [10, 10, 5], 3],
      [20, [10, 10], 2],
      [0, [], 0],
    ] as const) {
      const source = countingSource({ chunkBytes: 10, async });
      const stream = pipe(source, limitBytes(limit, { onExceed: 'truncate' }));
      expect(await sizes(stream)).toEqual(chunks);
      expect([source.pulls, source.cancelled]).toEqual([pulls, { reason: undefined }]);
      expect([...(await stream.trailers)]).toEqual([]);
    }
    const cut = countingSource({ chunkBytes: 10, async });
    const reader = pipe(cut, limitBytes(15, { onExceed: 'truncate' })).getReader();
    await reader.read();
    await reader.read();
    // The source hears with the last bytes, not when someone asks for more.
    expect(cut.cancelled).toBeDefined();
    await reader.cancel();
    const long = pipe('x'.repeat(50), limitBytes(20, { onExceed: 'truncate' }));
    expect([long.byteLength, (await collect(long)).bytes().byteLength]).toEqual([20, 20]);
  });

  it('fills the views of a BYOB reader', async () => {
    for (const onExceed of ['error', 'truncate'] as const) {
      const stream = body(
        pipe(countingSource({ chunkBytes: 10, totalBytes: 20 }), limitBytes(20, { onExceed })),
        { type: 'bytes' },
      );
      const reader = stream.getReader({ mode: 'byob' });
      const got: number[] = [];
      for (;;) {
        const { value, done } = await reader.read(new Uint8Array(7));
        if (done || !value) break;
        got.push(...value);
      }
      expect(got).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
  });

  it('refuses bad arguments at the call', () => {
    expect(() => limitBytes(-1)).toThrow(RangeError);
    expect(() => limitBytes('1' as never)).toThrow(TypeError);
    expect(() => limitBytes(1, { onExceed: 'cut' as 'error' })).toThrow(TypeError);
  });
});

describe('fixedLength', () => {
  it('declares the length, and holds the body to it', async () => {
    expect(pipe(['ab', 'cd'], fixedLength(4)).byteLength).toBe(4);
    expect((await read(pipe(['ab'], fixedLength(4)))).error).toMatchObject({
      code: 'ERR_LENGTH_MISMATCH',
      expected: 4,
      received: 2,
    });
    const source = countingSource({ chunkBytes: 3 });
    const { got, error } = await read(pipe(source, fixedLength(4)));
    expect([got, source.cancelled?.reason]).toEqual([[3], error]);
    const declared = Object.assign(countingSource({ chunkBytes: 3 }), { byteLength: 3 });
    expect((await read(pipe(declared, fixedLength(4)))).error).toMatchObject({ expected: 4, received: 3 });
    expect(declared.pulls).toBe(0);
    expect(declared.cancelled).toBeDefined();
  });
});

describe('buffer', () => {
  it('reads ahead from the first read on, up to its bytes', async () => {
    const source = countingSource({ chunkBytes: 10, async: true });
    const stream = pipe(source, buffer(35));
    await turn();
    expect([source.pulls, stream.highWaterMark]).toEqual([0, 35]);
    const reader = stream.getReader();
    await reader.read();
    await turn();
    expect([source.bytes, stream.stats.buffered]).toEqual([50, 40]);
    await reader.cancel();
  });
});

describe('rechunk', () => {
  it.each<[object, number[], number[]]>([
    [{ size: 3 }, [1, 1, 1, 1, 10], [3, 3, 3, 3, 2]],
    [{ size: 5 }, [5, 10, 2], [5, 5, 5, 2]],
    [{ size: 100 }, [5, 10, 2], [17]],
    [{ min: 4 }, [1, 1, 10, 2, 2, 1], [12, 4, 1]],
    [{ max: 4 }, [10, 1], [4, 4, 2, 1]],
    [{ min: 3, max: 4 }, [10, 1], [4, 4, 3]],
    [{ size: 4 }, [], []],
    [{ size: 4 }, [4], [4]],
  ])('%j of %j', async (options, from, to) => {
    for (const async of [false, true]) {
      let at = 0;
      // One buffer for all, as a source may.
      const buffer = new Uint8Array(16);
      const next = () => {
        const size = from[at++];
        return size === undefined ? null : buffer.subarray(0, size).fill(at);
      };
      const chunks: Uint8Array[] = [];
      const stream = pipe(
        { pull: () => (async ? Promise.resolve().then(next) : next()) },
        rechunk(options as { size: number }),
      );
      for await (const chunk of stream) chunks.push(chunk.slice());
      expect(chunks.map((chunk) => chunk.byteLength)).toEqual(to);
      expect(chunks.flatMap((chunk) => [...chunk])).toEqual(
        from.flatMap((size, i) => Array(size).fill(i + 1)),
      );
    }
  });

  it.each([false, true])('what it holds comes before an error; late: %p', async (late) => {
    const failure = new Error('broke');
    let n = 0;
    const pull = () => {
      if (n++ < 3) return new Uint8Array(2);
      throw failure;
    };
    const cancel = jest.fn<(reason: unknown) => void>();
    const source = { pull: () => (late ? turn().then(pull) : pull()), cancel };
    expect(await read(pipe(source, rechunk({ size: 4 })))).toEqual({ got: [4, 2], error: failure });
    expect([n, cancel.mock.calls]).toEqual([4, []]);
  });

  it('refuses sizes out of range at the call', () => {
    expect(() => rechunk({ size: 0 })).toThrow(RangeError);
    expect(() => rechunk({ min: 5, max: 4 })).toThrow(RangeError);
    expect(() => rechunk({ size: '5' as never })).toThrow(TypeError);
  });
});

describe('coalesce', () => {
  it('joins what is there at once, never splits, and waits for nothing', async () => {
    expect(await sizes(pipe(countingSource({ chunkBytes: 10, totalBytes: 95 }), coalesce(35)))).toEqual([
      30, 30, 35,
    ]);
    expect(await sizes(pipe(countingSource({ chunkBytes: 50, totalBytes: 100 }), coalesce(35)))).toEqual([
      50, 50,
    ]);
    const late = countingSource({ chunkBytes: 10, totalBytes: 40, async: true });
    expect(await sizes(pipe(late, coalesce(35)))).toEqual([10, 10, 10, 10]);
  });

  it('is the identity on a foreign stream, and joins what a buffer holds', async () => {
    let pulls = 0;
    const chunk = new Uint8Array(10);
    const foreign = () =>
      new ReadableStream<Uint8Array>(
        {
          pull: (c) => {
            pulls++;
            c.enqueue(chunk);
          },
        },
        { highWaterMark: 0 },
      );
    const reader = pipe(foreign(), coalesce(100)).getReader();
    expect((await reader.read()).value).toBe(chunk);
    await turn();
    expect(pulls).toBe(1);
    const buffered = pipe(foreign(), buffer(50), coalesce(100)).getReader();
    await buffered.read();
    await turn();
    expect((await buffered.read()).value).toHaveLength(50);
  });

  it('joins what a channel holds without a pull that waits', async () => {
    const { sender, body } = channel({ highWaterMark: 100_000 });
    for (let i = 0; i < 3; i++) sender.send(new Uint8Array(20_000));
    const stream = pipe(body, coalesce(50_000));
    const reader = stream.getReader();
    expect((await reader.read()).value).toHaveLength(40_000);
    expect((await reader.read()).value).toHaveLength(20_000);
    expect(body.stats.pulls).toBe(3);
  });

  it('leaves no pull waiting at a channel that it has emptied', async () => {
    const { sender, body } = channel({ highWaterMark: 100_000 });
    for (let i = 0; i < 2; i++) sender.send(new Uint8Array(20_000));
    const reader = pipe(body, coalesce(50_000)).getReader();
    expect((await reader.read()).value).toHaveLength(40_000);
    expect(body.stats.pulls).toBe(2);
  });

  it.each([false, true])('a source may reuse its buffer; every second pull is late: %p', async (late) => {
    const memory = new Uint8Array(3);
    let n = 0;
    const pull = () => (n === 4 ? null : memory.fill(++n));
    const source = { pull: () => (late && n % 2 ? turn().then(pull) : pull()) };
    expect([...(await bytes(pipe(source, coalesce(4))))]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  });

  it('what comes after the joined bytes comes after them: an end, an error', async () => {
    const failure = new Error('broke');
    let n = 0;
    const source = {
      pull: () => {
        if (n++ < 2) return new Uint8Array(10);
        throw failure;
      },
    };
    expect(await read(pipe(source, coalesce(100)))).toEqual({ got: [20], error: failure });
  });
});

describe('progress', () => {
  it.each<[unknown, ErrorConstructor]>([
    ['5', TypeError],
    [null, TypeError],
    [-1, RangeError],
    [Number.NaN, RangeError],
  ])('refuses an interval at the call: %p', (interval, type) => {
    expect(() => progress(() => {}, { interval: interval as number })).toThrow(type);
  });

  it('tells bytes, total and rate, at most once in the interval, and the end', async () => {
    const clock = virtualClock();
    const told: Progress[] = [];
    const source = Object.assign(countingSource({ chunkBytes: 10, totalBytes: 50 }), { byteLength: 50 });
    const reader = pipe(
      source,
      progress((p) => told.push(p), { interval: 100, clock }),
    ).getReader();
    for (let r = await reader.read(); !r.done; r = await reader.read()) await clock.advance(60);
    expect(told).toEqual([
      { bytes: 10, total: 50, bytesPerSecond: 0 },
      { bytes: 30, total: 50, bytesPerSecond: 250 },
      { bytes: 50, total: 50, bytesPerSecond: (50 * 1000) / 240 },
    ]);
    const unknown: Progress[] = [];
    await bytes(
      pipe(
        '',
        progress((p) => unknown.push(p)),
      ),
    );
    await bytes(
      pipe(
        ['a'],
        progress((p) => unknown.push(p)),
      ),
    );
    expect(unknown.map(({ bytes, total }) => [bytes, total])).toEqual([
      [0, 0],
      [1, undefined],
    ]);
  });
});

describe('tap, map, filter, take', () => {
  it.each(['tap', 'map', 'filter', 'progress'])(
    '%s: what the function throws fails the stream and cancels the source',
    async (name) => {
      for (const async of [false, true]) {
        const failure = new Error('no');
        let n = 0;
        const fn = () => {
          if (n++ < 1) return true;
          if (async) return Promise.reject(failure);
          throw failure;
        };
        const operators = { tap: tap(fn), map: map(fn), filter: filter(fn), progress: progress(fn) };
        const source = countingSource({ chunkBytes: 10, async });
        const reader = pipe(source, operators[name as 'tap']).getReader();
        await reader.read();
        expect(await reader.read().catch((e) => e)).toBe(failure);
        expect([source.cancelled?.reason, source.pulls]).toEqual([failure, 2]);
      }
      expect(() => ({ tap, map, filter, progress })[name as 'tap'](5 as never)).toThrow(TypeError);
    },
  );

  it('await what is asynchronous, and call no function after a cancel', async () => {
    let calls = 0;
    let give: () => void = () => {};
    const source = countingSource({ chunkBytes: 10 });
    const held = tap(() => {
      calls++;
      return new Promise<void>((resolve) => {
        give = resolve;
      });
    });
    const stream = pipe(
      source,
      held,
      filter(() => calls++ > 99),
    );
    const reader = stream.getReader();
    const pending = reader.read();
    await turn();
    await reader.cancel('left');
    give();
    await pending;
    await turn();
    expect([calls, source.pulls]).toEqual([1, 1]);
  });

  it('take no step for a value that an operator before them gives late, after the cancel', async () => {
    let give: (chunk: Uint8Array) => void = () => {};
    let calls = 0;
    const late: Operator<Uint8Array, Uint8Array> = () => ({
      pull: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    const stream = pipe(
      'x',
      late,
      tap(() => calls++),
    );
    const reader = stream.getReader();
    const pending = reader.read();
    await turn();
    await reader.cancel('left');
    give(new Uint8Array(1));
    await pending;
    await turn();
    expect(calls).toBe(0);
  });

  it('take ends with the last one, and cancels the source together with it', async () => {
    for (const n of [0, 1, 3]) {
      const source = countingSource({ chunkBytes: 10, async: true });
      expect(await sizes(pipe(source, take(n)))).toEqual(Array(n).fill(10));
      expect([source.pulls, source.cancelled]).toEqual([n, { reason: undefined }]);
    }
    const source = countingSource({ chunkBytes: 10, async: true });
    const reader = pipe(source, take(1)).getReader();
    await reader.read();
    expect(source.cancelled).toBeDefined();
    await reader.cancel();
  });
});

describe('withTrailers', () => {
  it.each([undefined, null, 5, 'x', { a: '1' }, [['a', '1']]])('refuses %j at the call', (trailers) => {
    expect(() => withTrailers(trailers as never)).toThrow(
      /^Cannot use trailers as it must be Headers: received /,
    );
  });

  it('attaches and adds; a function runs once, at the end', async () => {
    let calls = 0;
    const fn = async () => {
      calls++;
      return new Headers({ b: '2', c: '3' });
    };
    const stream = pipe(
      body('x', { trailers: new Headers({ a: '1', b: '1' }) }),
      withTrailers(fn),
      tap(() => {}),
      fixedLength(1),
    );
    expect(stream.hasTrailers).toBe(true);
    const reader = stream.getReader();
    await reader.read();
    expect(calls).toBe(0);
    await reader.read();
    expect([...(await stream.trailers)]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
    expect(calls).toBe(1);
    const failure = new Error('no sum');
    await expect(collect(pipe('x', withTrailers(Promise.reject(failure))))).rejects.toBe(failure);
    const broken = pipe({ pull: () => Promise.reject(failure) }, withTrailers(fn));
    await expect(collect(broken)).rejects.toBe(failure);
    expect(calls).toBe(1);
  });
});

describe('concat, merge', () => {
  it.each([
    ['concat', concat],
    ['merge', merge],
  ] as const)('%s: length, trailers, order, cancel of all', async (name, join) => {
    for (const async of [false, true]) {
      const make = (n: number) =>
        body(countingSource({ chunkBytes: 2, totalBytes: 4, async }), {
          byteLength: 4,
          trailers: new Headers({ [`t${n}`]: '1' }),
        });
      const stream = join(make(0), make(1), make(2));
      expect([stream.byteLength, stream.hasTrailers, stream.stats.pulls]).toEqual([12, true, 0]);
      const whole = await collect(stream);
      const order =
        name === 'concat' ? [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3] : [0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3];
      expect([...whole.bytes()]).toEqual(order);
      expect([...whole.trailers.keys()]).toEqual(['t0', 't1', 't2']);

      const sources = [0, 1, 2].map(() => countingSource({ chunkBytes: 2, async }));
      const reader = join(...sources).getReader();
      await reader.read();
      if (name === 'concat') expect(sources.map(({ pulls }) => pulls)).toEqual([1, 0, 0]);
      for (const { pulls } of sources) expect(pulls).toBeLessThanOrEqual(1);
      const reason = { why: 'left' };
      const done = reader.cancel(reason);
      for (const { cancelled } of sources) expect(cancelled?.reason).toBe(reason);
      await done;
    }
    expect(await bytes(join())).toHaveLength(0);
    expect(join('a', ['b']).byteLength).toBeUndefined();
  });

  it.each([
    ['concat', concat],
    ['merge', merge],
  ] as const)('%s: one that fails cancels the others', async (_, join) => {
    for (const async of [false, true]) {
      const failure = new Error('broke');
      const other = countingSource({ chunkBytes: 2, async });
      const { error } = await read(
        join(
          {
            pull: () =>
              async
                ? Promise.reject(failure)
                : (() => {
                    throw failure;
                  })(),
          },
          other,
        ),
      );
      expect([error, other.cancelled?.reason]).toEqual([failure, failure]);
    }
  });

  it.each([
    ['concat', concat],
    ['merge', merge],
  ] as const)('%s: trailers that are set after it was made', async (_, join) => {
    const { sender, body: sent } = channel({ highWaterMark: 9 });
    sender.trySend('a');
    const joined = join(sent, 'z');
    sender.close(new Headers({ x: '1' }));
    expect((await collect(joined)).trailers.get('x')).toBe('1');
  });

  it('merge gives what comes first, and does not pull a slow body twice', async () => {
    let pulls = 0;
    let give: (chunk: Uint8Array) => void = () => {};
    const slow = {
      pull: () => {
        pulls++;
        return new Promise<Uint8Array | null>((resolve) => {
          give = resolve;
        });
      },
    };
    const reader = merge(slow, countingSource({ chunkBytes: 5, totalBytes: 15, async: true })).getReader();
    for (let i = 0; i < 3; i++) expect((await reader.read()).value).toHaveLength(5);
    const last = reader.read();
    await turn();
    expect(pulls).toBe(1);
    give(new Uint8Array(1));
    expect((await last).value).toHaveLength(1);
  });
});
