import { afterEach, describe, expect, it } from '@jest/globals';
import { type Handler, openConnection, respond, serveConnection } from '../../lib/http/mod.ts';
import type { FrameWriter } from '../../lib/http2/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource, duplexPair, virtualClock } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';
import { type RawHttp2, rest } from '../helpers/raw-http2.ts';

const { served } = ends();
const CALM = 11;
const never: Handler = () => new Promise(() => {});

// An honest client on another connection is answered throughout.
afterEach(async () => {
  const [there, here] = duplexPair({ highWaterMark: 1 << 16 });
  serveConnection(there, () => respond('fine'));
  const honest = openConnection(here, { protocol: 'h2' });
  expect(await (await honest.fetch('/')).text()).toBe('fine');
  await honest.close();
});

const header = (
  length: number,
  type: number,
  flags: number,
  streamId: number,
  payload: number[] = [],
): Uint8Array =>
  Uint8Array.of(
    length >> 16,
    length >> 8,
    length,
    type,
    flags,
    0,
    streamId >> 16,
    streamId >> 8,
    streamId,
    ...payload,
  );

/** Floods, each of which no honest peer sends. */
const floods: Record<string, (client: RawHttp2, i: number) => void> = {
  'rapid reset': (client, i) => {
    client.request(2 * i + 1);
    client.send((frames) => frames.rstStream(2 * i + 1, 8));
  },
  'resets provoked by WINDOW_UPDATE of 0': provoke((frames, id) => frames.windowUpdate(id, 0)),
  'resets provoked by a window that overflows': provoke((frames, id) => {
    frames.windowUpdate(id, 0x7fffffff);
    frames.windowUpdate(id, 0x7fffffff);
  }),
  'resets provoked by DATA after END_STREAM': provoke((frames, id) =>
    frames.data(id, new Uint8Array(1), false),
  ),
  'resets provoked by PRIORITY of a wrong size': provoke((frames, id) =>
    frames.raw(header(4, 2, 0, id, [0, 0, 0, 0])),
  ),
  'resets provoked by a stream that depends on itself': provoke((frames, id) =>
    frames.priority(id, id, false, 1),
  ),
  'resets provoked by malformed requests': (client, i) =>
    client.headers(2 * i + 1, { ':method': 'GET' }, true),
  'CONTINUATION frames': (client, i) => {
    if (i === 0) client.send((frames) => frames.raw(header(0, 1, 0, 1)));
    else client.send((frames) => frames.raw(header(0, 9, 0, 1)));
  },
  SETTINGS: (client) => client.send((frames) => frames.settings([])),
  PING: (client) => client.send((frames) => frames.ping(new Uint8Array(8), false)),
  PRIORITY: (client, i) => client.send((frames) => frames.priority(2 * i + 1, 0, false, 1)),
  'empty DATA': (client, i) => {
    if (i === 0) client.request(1, '/', 'POST', false);
    client.send((frames) => frames.data(1, new Uint8Array(0), false));
  },
  WINDOW_UPDATE: (client) => client.send((frames) => frames.windowUpdate(0, 1)),
  'frames of unknown types': (client) => client.send((frames) => frames.raw(header(0, 99, 0, 0))),
};

function provoke(
  write: (frames: FrameWriter, streamId: number) => void,
): (client: RawHttp2, i: number) => void {
  return (client, i) => {
    client.request(2 * i + 1);
    client.send((frames) => write(frames, 2 * i + 1));
  };
}

describe('a flood of', () => {
  it.each(Object.entries(floods))(
    '%s ends with ENHANCE_YOUR_CALM, and holds nothing',
    async (_name, flood) => {
      let handled = 0;
      let aborted = 0;
      const serve: Handler = (request) => {
        handled++;
        request.signal.addEventListener('abort', () => aborted++);
        return new Promise(() => {});
      };
      // All at once, however long this machine takes for it.
      const { client, connection } = served(serve, [], { clock: virtualClock() });
      for (let i = 0; i < 5000 && !client.ended; i++) {
        flood(client, i);
        if (i % 100 === 99) await rest();
      }
      await rest();
      expect(client.goAwayCode).toBe(CALM);
      expect(connection.stats).toMatchObject({ streams: [], unread: 0 });
      expect(aborted).toBe(handled);
      expect(handled).toBeLessThanOrEqual(256);
    },
  );
});

it.each<[string, (client: RawHttp2, id: number) => void]>([
  ['PRIORITY', (client, id) => client.send((frames) => frames.priority(id, 0, false, 1))],
  ['WINDOW_UPDATE', (client, id) => client.send((frames) => frames.windowUpdate(id, 1 << 20))],
  ['a frame of an unknown type', (client, id) => client.send((frames) => frames.raw(header(0, 99, 0, id)))],
])('a busy client that sends %s with each request is honest', async (_name, more) => {
  const { client } = served(() => respond(null, { status: 204 }), [], { clock: virtualClock() });
  for (let id = 1; id < 6000; id += 2) {
    client.request(id);
    more(client, id);
    if (id % 100 === 99) await rest();
  }
  await rest();
  expect([client.goAwayCode, client.blocks.size]).toEqual([undefined, 3000]);
});

describe('headers', () => {
  it('that expand to far more than was sent end the connection', async () => {
    const { client } = served(never);
    const value = 'x'.repeat(3000);
    client.request(1, '/', 'GET', true, { 'x-bomb': value });
    // Indexed again and again: RFC 7541's table makes 3 KiB of each byte.
    const block = new Uint8Array(4000).fill(0x80 | 62);
    client.send((frames) => frames.headers(3, block, true, 16_384));
    await rest();
    expect(client.goAwayCode).toBe(CALM);
  });

  it('far over the limit end the connection', async () => {
    const { client } = served(never);
    client.request(1, '/', 'GET', true, { 'x-big': 'x'.repeat(80_000) });
    await rest();
    expect(client.goAwayCode).toBe(CALM);
  });
});

describe('streams', () => {
  it('opened and never served are refused above the limit', async () => {
    let handled = 0;
    const { client, connection } = served(() => {
      handled++;
      return new Promise(() => {});
    });
    await rest();
    for (let i = 0; i < 200; i++) client.request(2 * i + 1);
    await rest();
    expect(handled).toBe(128);
    expect(connection.stats.streams).toHaveLength(128);
    expect(client.resetCode(2 * 150 + 1)).toBe(7);
  });

  it('reset while their handlers go on are refused, too, when those are many', async () => {
    let handled = 0;
    const clock = { now: () => handled * 1000, setTimeout: () => 0, clearTimeout: () => {} };
    const { client } = served(
      () => {
        handled++;
        return new Promise(() => {});
      },
      [],
      { clock, maxConcurrentStreams: 10 },
    );
    for (let i = 0; i < 60; i++) {
      client.request(2 * i + 1);
      client.send((frames) => frames.rstStream(2 * i + 1, 8));
      await rest();
    }
    expect(handled).toBe(20);
    expect(client.resetCode(101)).toBe(7);
  });

  it('stalled with a window of 0, a thousand of them, pull nothing', async () => {
    const sources: ReturnType<typeof countingSource>[] = [];
    const { client, connection } = served(
      () => {
        const source = countingSource({ chunkBytes: 65_536 });
        sources.push(source);
        return respond(body(source));
      },
      [[4, 0]],
      { maxConcurrentStreams: 1000, connectionBudget: 1 << 26 },
    );
    for (let i = 0; i < 1000; i++) client.request(2 * i + 1);
    await rest();
    expect(connection.stats.streams).toHaveLength(1000);
    expect(sources.every((source) => source.pulls === 0)).toBe(true);
    client.cut();
    await rest();
    expect(sources.every((source) => source.cancelled !== undefined)).toBe(true);
  });
});

describe('a client that does not read', () => {
  it('is not read from either, once answers pile up', async () => {
    const [there, here] = duplexPair();
    let handled = 0;
    const connection = serveConnection(
      there,
      () => {
        handled++;
        return respond(null, { headers: { 'x-big': 'x'.repeat(1000) + handled } });
      },
      { protocol: 'h2' },
    );
    const spare = duplexPair({ highWaterMark: 1 << 24 });
    const { RawHttp2: Raw } = await import('../helpers/raw-http2.ts');
    const script = new Raw(spare[1], 'client');
    for (let i = 0; i < 2000; i++) script.request(2 * i + 1);
    const reader = spare[0].readable.getReader();
    const writer = here.writable.getWriter();
    for (let i = 0; i < 2001; i++)
      writer.write((await reader.read()).value ?? new Uint8Array(0)).catch(() => {});
    await rest();
    const { bytesRead } = connection.stats;
    expect(handled).toBeLessThan(200);
    await rest();
    expect(connection.stats.bytesRead).toBe(bytesRead);
    connection.abort();
  });
});
