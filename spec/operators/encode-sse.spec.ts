import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BodyStream, collect, encodeSse, pipe, type SseEvent } from '../../lib/mod.ts';
import { broken } from './broken.ts';
import { readSse } from './read-sse.ts';
import { all, fate, turn } from './reading.ts';

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

  it('a chunk for each event, made when it is read', async () => {
    let made = 0;
    const events = async function* () {
      for (; made < 3; made++) yield { data: String(made) };
    };
    const stream = pipe(events, encodeSse());
    expect(stream).toBeInstanceOf(BodyStream);
    expect(stream.byteLength).toBeUndefined();
    const reader = stream.getReader();
    for (let n = 0; n < 3; n++) {
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toBe(`data: ${n}\n\n`);
      await turn();
      expect(made).toBe(n);
    }
    expect((await reader.read()).done).toBe(true);
  });

  it('no events are an empty body', async () => {
    expect(await all(pipe([] as SseEvent[], encodeSse()))).toEqual([]);
  });

  it('every kind of line break, and none at the end is lost', async () => {
    expect(await encode([{ data: 'a\r\nb\rc\nd\n' }])).toBe('data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n');
    expect(readSse(await encode([{ data: '\n\n' }])).events[0]?.data).toBe('\n\n');
  });

  it('an error of the source comes after the events before it; a cancel reaches it', async () => {
    const failure = new Error('broke');
    const events = async function* () {
      yield { data: 'a' };
      throw failure;
    };
    const { got, error } = await fate(pipe(events, encodeSse()));
    expect([got.length, error]).toEqual([1, failure]);
    let left: AbortSignal | undefined;
    const waits = async function* ({ signal }: { signal: AbortSignal }) {
      left = signal;
      yield { data: 'a' };
      await new Promise(() => {});
    };
    const reader = pipe(waits, encodeSse()).getReader();
    await reader.read();
    const pending = reader.read();
    await turn();
    await reader.cancel('left');
    expect([left?.reason, (await pending).done]).toEqual(['left', true]);
  });

  it('bytes are no events', async () => {
    const source = broken([3], new Error('not reached'));
    const { error } = await fate(pipe(source as never, encodeSse()));
    expect([error, source.reasons]).toEqual([expect.any(TypeError), [error]]);
  });
});
