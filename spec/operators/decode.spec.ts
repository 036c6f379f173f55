import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { collect, encodeSse, lines, ndjson, pipe, type SseEvent, text } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { readSse } from './read-sse.ts';

const utf8 = (value: string) => new TextEncoder().encode(value);
const all = async <T>(stream: ReadableStream<T>) => {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
};
/** The same bytes in chunks cut at `cuts`, from one buffer that is used again, at once or by promises. */
function cut(bytes: Uint8Array, cuts: readonly number[], async = false) {
  const chunks = [...cuts, bytes.byteLength].map((end, i) => bytes.subarray(i ? cuts[i - 1] : 0, end));
  const shared = new Uint8Array(bytes.byteLength);
  const next = () => {
    const chunk = chunks.shift();
    shared.fill(0x21);
    if (chunk) shared.set(chunk);
    return chunk ? shared.subarray(0, chunk.byteLength) : null;
  };
  return { pull: () => (async ? Promise.resolve().then(next) : next()) };
}
function* splits(size: number): Generator<number[]> {
  yield [];
  yield Array.from({ length: size }, (_, i) => i);
  for (let a = 0; a <= size; a++) for (let b = a; b <= size; b++) yield [a, b];
}

const tricky = [
  '',
  '\n',
  '\r\n',
  '\r',
  '\n\n\n',
  'a',
  'a\n',
  'a\nb',
  'a\r\nb\r\n',
  'a\rb\n',
  'a\r\r\nb',
  'a\r',
  '\r\n\r\n',
  '😀\n😀',
  'é€😀\r\nß',
  '\uFEFFa\nb',
  '\uFEFF\n',
  '\uFEFF',
  'a\n\uFEFFb\n',
  '\u2028\u0085\n',
];
const broken = [
  Uint8Array.of(0xff, 10, 0x61),
  Uint8Array.of(0xf0, 0x9f, 10, 0x98),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xef, 0xbb),
  Uint8Array.of(0xc3, 13, 10, 0xa9),
];
const inputs = [...tricky.map(utf8), ...broken];

function referenceLines(bytes: Uint8Array): string[] {
  const whole = new TextDecoder().decode(bytes);
  const parts = whole.split('\n');
  const last = parts.pop() as string;
  const all = parts.map((line) => line.replace(/\r$/, ''));
  return last === '' ? all : [...all, last];
}

describe('text and lines against a reference, on every split', () => {
  it.each(
    inputs.map(
      (input) =>
        [JSON.stringify(new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)), input] as const,
    ),
  )('%s', async (_, input) => {
    for (const cuts of splits(input.byteLength))
      for (const async of [false, true]) {
        const parts = await all(pipe(cut(input, cuts, async), text()));
        expect(parts.join('')).toBe(new TextDecoder().decode(input));
        expect(parts).not.toContain('');
        expect(await all(pipe(cut(input, cuts, async), lines()))).toEqual(referenceLines(input));
      }
  });

  it('random bytes, random splits', async () => {
    const byte = fc.constantFrom(10, 13, 0x61, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbb, 0xbf, 0xff);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(byte, { maxLength: 40 }),
        fc.array(fc.nat(40)),
        async (a, b, at) => {
          const input = Uint8Array.from([...b, ...a]);
          const cuts = at.filter((n) => n <= input.byteLength).sort((x, y) => x - y);
          expect((await all(pipe(cut(input, cuts), text()))).join('')).toBe(new TextDecoder().decode(input));
          expect(await all(pipe(cut(input, cuts), lines()))).toEqual(referenceLines(input));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('lines', () => {
  it('a line over the limit errors after the lines before it, before memory grows', async () => {
    for (const chunkBytes of [1, 7, 100, 200_000]) {
      const got: string[] = [];
      let pulled = 0;
      let reason: unknown;
      const head = utf8('ab\ncd\r\nefg\r\n');
      const source = {
        pull: () => {
          const chunk = new Uint8Array(chunkBytes).fill(0x78);
          if (pulled < head.byteLength) chunk.set(head.subarray(pulled, pulled + chunkBytes));
          pulled += chunkBytes;
          return chunk;
        },
        cancel: (why: unknown) => {
          reason = why;
        },
      };
      const error = await (async () => {
        for await (const line of pipe(source, lines({ maxBytes: 3 }))) got.push(line);
      })().catch((e) => e);
      expect(got).toEqual(['ab', 'cd', 'efg']);
      expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 3 });
      expect(reason).toBe(error);
      expect(pulled).toBeLessThanOrEqual(head.byteLength + 5 + chunkBytes);
    }
  });

  it('counts without what ends the line, on every split', async () => {
    for (const input of ['abc\r\nabc', 'abc\nabc\n', 'abc'])
      for (const cuts of splits(input.length))
        expect(await all(pipe(cut(utf8(input), cuts), lines({ maxBytes: 3 })))).toEqual(
          referenceLines(utf8(input)),
        );
    for (const input of ['abcd', 'abc\r', 'abc\rd', 'a\nabcd\n', 'abcd\r\n'])
      for (const cuts of splits(input.length))
        await expect(all(pipe(cut(utf8(input), cuts), lines({ maxBytes: 3 })))).rejects.toMatchObject({
          limit: 3,
        });
    expect(await all(pipe('\n\r\n', lines({ maxBytes: 0 })))).toEqual(['', '']);
    expect(() => lines({ maxBytes: -1 })).toThrow(RangeError);
  });

  it('pulls only for a line that is read, and splits a huge chunk bit by bit', async () => {
    const source = countingSource({ chunkBytes: 251 * 4 });
    const reader = pipe(source, lines()).getReader();
    for (let i = 0; i < 4; i++) await reader.read();
    expect(source.pulls).toBe(1);
    await reader.cancel('left');
    expect(source.cancelled).toEqual({ reason: 'left' });
    const many = 'x\n'.repeat(200_000);
    expect(await all(pipe(many, lines()))).toHaveLength(200_000);
  });
});

describe('ndjson', () => {
  it('on every split', async () => {
    const input = utf8('{"a":"😀"}\r\n\n null \n"x\\n"\n  \n[1,\r 2]');
    for (const cuts of splits(input.byteLength))
      expect(await all(pipe(cut(input, cuts), ndjson()))).toEqual([{ a: '😀' }, null, 'x\n', [1, 2]]);
  });

  it('a line that is no JSON errors after the values before it, and cancels the source', async () => {
    let reason: unknown;
    const got: unknown[] = [];
    const source = { ...cut(utf8('1\n2\nno\n3\n'), []), cancel: (why: unknown) => void (reason = why) };
    const error = await (async () => {
      for await (const value of pipe(source, ndjson())) got.push(value);
    })().catch((e) => e);
    expect([got, error.name, reason]).toEqual([[1, 2], 'SyntaxError', error]);
    await expect(all(pipe('"long"\n', ndjson({ maxBytes: 3 })))).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
    });
  });
});

/** The package's parser where it is installed, else ours. */
async function readBack(stream: string) {
  const name = 'eventsource-parser';
  const parser = await import(name).catch(() => undefined);
  if (!parser) return readSse(stream).events.map(({ event, data }) => ({ event, data }));
  const events: { event: string; data: string }[] = [];
  const { feed } = parser.createParser({
    onEvent: (e: { event?: string; data: string }) =>
      events.push({ event: e.event || 'message', data: e.data }),
  });
  feed(stream);
  return events;
}

describe('encodeSse', () => {
  const encode = async (events: readonly SseEvent[]) => (await collect(pipe(events, encodeSse()))).text();

  it('writes the fields', async () => {
    expect(await encode([{ data: '' }])).toBe('data: \n\n');
    expect(await encode([{ event: 'e', data: ' a\nb', id: '7', retry: 50 }])).toBe(
      'event: e\nid: 7\nretry: 50\ndata:  a\ndata: b\n\n',
    );
    expect(readSse(await encode([{ data: 'x', retry: 50, id: '' }]))).toMatchObject({ retry: 50 });
  });

  it('is read back as it was, line breaks as LF', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', ' ', ':', '😀', '\t', 'data', '\u2028', '\uFEFF') });
    const data = fc.string({ unit: fc.constantFrom('a', ' ', ':', '\n', '\r', '\r\n', '😀', 'id: 5', '\0') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ event: word, data, id: word })), async (events) => {
        const stream = await encode(events);
        const expected = events.map(({ event, data, id }) => ({
          event: event || 'message',
          data: data.replace(/\r\n|\r/g, '\n'),
          id,
        }));
        expect(readSse(stream).events).toEqual(expected);
        expect(await readBack(stream)).toEqual(expected.map(({ event, data }) => ({ event, data })));
      }),
    );
  });

  it.each<[string, unknown]>([
    ['event', { data: 'a', event: 'x\ny' }],
    ['event', { data: 'a', event: 'x\r' }],
    ['event', { data: 'a', event: 5 }],
    ['id', { data: 'a', id: 'x\ny' }],
    ['id', { data: 'a', id: '\0' }],
    ['retry', { data: 'a', retry: 1.5 }],
    ['retry', { data: 'a', retry: -1 }],
    ['data', {}],
    ['data', { data: 5 }],
    ['data', null],
  ])('refuses a bad %s: %j', async (_, bad) => {
    let returned = false;
    const events = (function* () {
      try {
        yield { data: 'fine' };
        yield bad as SseEvent;
      } finally {
        returned = true;
      }
    })();
    const reader = pipe(events, encodeSse()).getReader();
    await reader.read();
    await expect(reader.read()).rejects.toThrow(TypeError);
    expect(returned).toBe(true);
  });
});
