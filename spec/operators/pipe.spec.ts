import { describe, expect, it } from '@jest/globals';
import {
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
import { all, turn } from './reading.ts';

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
    expect(await all(strings)).toEqual(['A', 'B']);
    expect(pipe('a\nb', lines())).not.toBeInstanceOf(BodyStream);
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

  it('text in an array, and an empty array, are bytes', async () => {
    expect(
      (
        await collect(
          pipe(
            ['a', '', 'b'],
            tap(() => {}),
          ),
        )
      ).text(),
    ).toBe('ab');
    expect(
      pipe(
        [],
        tap(() => {}),
      ),
    ).toBeInstanceOf(BodyStream);
    expect(await all(pipe([], take(3)))).toEqual([]);
  });

  it('without operators is the body itself, with all that it knows', async () => {
    const trailers = new Headers({ 'x-sum': '1' });
    const stream = pipe(body('abc', { trailers }));
    expect([stream.byteLength, stream.hasTrailers, stream.highWaterMark]).toEqual([3, true, 0]);
    expect((await collect(stream)).trailers.get('x-sum')).toBe('1');
  });

  it('twelve operators and more, as a list', async () => {
    const many = Array.from({ length: 40 }, () => tap(() => {}));
    const stream = pipe('abc', ...many) as BodyStream;
    expect([stream.byteLength, await bytes(stream)]).toMatchObject([3, { byteLength: 3 }]);
  });

  it('a pipe of a pipe pulls below the stream between them', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 30 });
    const inner = pipe(source, limitBytes(100));
    const outer = pipe(inner, rechunk({ size: 5 }));
    expect([inner.locked, source.pulls]).toEqual([true, 0]);
    const reader = outer.getReader();
    await reader.read();
    await turn();
    expect(source.pulls).toBe(1);
    const reason = { why: 'left' };
    await reader.cancel(reason);
    expect([source.cancelled?.reason, inner.locked]).toEqual([reason, false]);
  });

  it('an operator that throws at the call leaves the body unlocked and unread', () => {
    const failure = new Error('no');
    const throws = () => {
      throw failure;
    };
    for (const make of [() => body('x'), () => new Response('x').body as ReadableStream<Uint8Array>]) {
      const from = make();
      expect(() => pipe(from, limitBytes(5), throws)).toThrow(failure);
      expect(from.locked).toBe(false);
    }
  });

  it('calls an operator once, when the pipe is made', async () => {
    let calls = 0;
    const operator: Operator<Uint8Array, Uint8Array> = (source) => {
      calls++;
      return source;
    };
    const stream = pipe(['a', 'b'], operator);
    expect(calls).toBe(1);
    await bytes(stream);
    expect(calls).toBe(1);
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
});
