import { describe, expect, it } from '@jest/globals';
import {
  type ConnectOptions,
  type Duplex,
  type Handler,
  openConnection,
  respond,
  type ServeOptions,
  serveConnection,
} from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource, duplexPair, virtualClock } from '../../lib/testing/mod.ts';
import { RawPeer, turns } from './raw-peer.ts';

const LOST = { code: 'ERR_CONNECTION_LOST' };

/** What became of a promise, to be looked at without waiting for it. */
function fateOf<T>(promise: Promise<T>): { state: string; value?: T; reason?: unknown } {
  const fate: { state: string; value?: T; reason?: unknown } = { state: 'pending' };
  promise.then(
    (value) => Object.assign(fate, { state: 'fulfilled', value }),
    (reason) => Object.assign(fate, { state: 'rejected', reason }),
  );
  return fate;
}

/** A connection on which what our end writes goes byte by byte, each taken before the next, so that the peer can leave after any. */
function byteWise(): [RawPeer, Duplex] {
  const [left, right] = duplexPair();
  const writer = right.writable.getWriter();
  writer.closed.catch(() => {});
  writer.ready.catch(() => {});
  const writable = new WritableStream<Uint8Array>({
    async write(chunk) {
      for (const byte of chunk) await writer.write(new Uint8Array([byte]));
    },
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
  return [new RawPeer(left), { readable: right.readable, writable }];
}

/** The ways in which a peer goes. */
const goes: Record<string, (peer: RawPeer) => void> = {
  resets: (peer) => peer.reset(),
  closes: (peer) => void peer.close(),
  'closes and reads no more': (peer) => {
    peer.close();
    peer.reset();
  },
};
const ways = Object.keys(goes);

function serve(handler: Handler, options: ServeOptions = {}) {
  const [peer, io] = byteWise();
  const clock = virtualClock();
  const connection = serveConnection(io, handler, { clock, ...options });
  return { peer, clock, connection, closed: fateOf(connection.closed) };
}

function open(options: ConnectOptions = {}) {
  const [peer, io] = byteWise();
  const clock = virtualClock();
  const connection = openConnection(io, { clock, ...options });
  return { peer, clock, connection, closed: fateOf(connection.closed) };
}

const FIELDS = 'POST / HTTP/1.1\r\nHost: a\r\n';
const requests = {
  'a length': `${FIELDS}Content-Length: 6\r\n\r\nabcdef`,
  chunks: `${FIELDS}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\nX: y\r\n\r\n`,
};

describe.each(Object.entries(requests))('a served request with %s', (_name, request) => {
  it.each(ways)('whose client %s after each byte', async (way) => {
    for (let at = 0; at < request.length; at++) {
      let text = fateOf(new Promise<string>(() => {}));
      let completed = fateOf(new Promise<void>(() => {}));
      let signal: AbortSignal | undefined;
      const { peer, clock, closed } = serve(async (received, info) => {
        signal = received.signal;
        completed = fateOf(info.completed);
        const reading = received.text();
        text = fateOf(reading);
        return respond(await reading);
      });
      if (at > 0) await peer.send(request.slice(0, at));
      await turns(1);
      goes[way]?.(peer);
      await peer.all();
      await clock.advance(60_000);
      await turns();
      expect([at, closed.state]).toEqual([at, expect.not.stringMatching('pending')]);
      expect(peer.received).not.toMatch(/^HTTP\/1\.1 2/);
      expect(clock.pending).toBe(0);
      if (signal === undefined) continue;
      // The handler ran: everyone is told, with one reason.
      expect([at, text]).toEqual([at, { state: 'rejected', reason: expect.objectContaining(LOST) }]);
      expect(completed).toEqual({ state: 'rejected', reason: text.reason });
      expect(signal.reason).toBe(text.reason);
      expect(closed.reason).toBe(text.reason);
    }
  });

  it.each([0, 1, 5])(
    'whose body is left unread, %d bytes of it there: the next request is served',
    async (there) => {
      let n = 0;
      const { peer } = serve(() => respond(String(++n)));
      const head = request.indexOf('\r\n\r\n') + 4;
      await peer.send(request.slice(0, head + there));
      await peer.until(/\r\n\r\n1/);
      peer.send(request.slice(head + there) + request);
      await peer.until(/\r\n\r\n2$/);
    },
  );
});

describe('a served response', () => {
  const framings: Record<string, { request: string; length?: number }> = {
    chunks: { request: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' },
    'a length': { request: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', length: 12 },
    'the end of the connection': { request: 'GET / HTTP/1.0\r\n\r\n' },
  };

  it.each(
    Object.entries(framings).flatMap(([name, framing]) => ways.map((way) => [name, way, framing] as const)),
  )('delimited by %s, whose client %s after each byte', async (_name, way, { request, length }) => {
    for (let at = 0, whole = false; !whole; at++) {
      const source = countingSource({ chunkBytes: 3, totalBytes: 12, async: at % 2 === 0 });
      let completed = fateOf(new Promise<void>(() => {}));
      let signal: AbortSignal | undefined;
      const { peer, clock, closed } = serve((received, info) => {
        signal = received.signal;
        completed = fateOf(info.completed);
        return respond(body(source, length === undefined ? {} : { byteLength: length }));
      });
      await peer.send(request);
      while (peer.received.length < at && (await peer.read()));
      await turns(1);
      whole = peer.received.length < at || completed.state === 'fulfilled';
      goes[way]?.(peer);
      await peer.all();
      await clock.advance(60_000);
      await turns();
      expect([at, closed.state]).toEqual([at, expect.not.stringMatching('pending')]);
      expect(clock.pending).toBe(0);
      if (whole) {
        expect(completed.state).toBe('fulfilled');
        expect(source.cancelled).toBeUndefined();
        expect(signal?.aborted).toBe(false);
        continue;
      }
      expect([at, completed]).toEqual([at, { state: 'rejected', reason: expect.objectContaining(LOST) }]);
      expect(signal?.reason).toBe(completed.reason);
      expect(closed.reason).toBe(completed.reason);
      // A source that has given its end hears nothing.
      if (source.bytes < 12) expect(source.cancelled?.reason).toBe(completed.reason);
    }
  });

  it.each(Object.entries(framings))(
    'delimited by %s, to a client that only half-closes: whole',
    async (_name, { request, length }) => {
      const { peer, closed, clock } = serve(
        async () => {
          await turns();
          return respond(
            body(
              countingSource({ chunkBytes: 3, totalBytes: 12, async: true }),
              length ? { byteLength: length } : {},
            ),
          );
        },
        { halfClose: true },
      );
      await peer.send(request);
      peer.close();
      const text = await peer.all();
      expect(peer.ended).toBe(true);
      expect(Buffer.from(text.replace(/^[\s\S]*?\r\n\r\n/, ''), 'latin1').includes('\x0b')).toBe(true);
      if (!length && request.includes('1.1')) expect(text).toMatch(/0\r\n\r\n$/);
      await clock.advance(60_000);
      await turns();
      expect(closed.state).toBe('fulfilled');
    },
  );
});

describe('a handler that never answers', () => {
  it.each(ways)('and a client that %s, the body read or not', async (way) => {
    for (const request of Object.values(requests)) {
      for (const reads of [false, true]) {
        let signal: AbortSignal | undefined;
        let completed = fateOf(new Promise<void>(() => {}));
        const { peer, clock, connection, closed } = serve((received, info) => {
          signal = received.signal;
          completed = fateOf(info.completed);
          if (reads) received.arrayBuffer().catch(() => {});
          return new Promise(() => {});
        });
        // What nobody reads is not taken from the wire either.
        const sent = peer.send(request);
        if (reads) await sent;
        await turns();
        goes[way]?.(peer);
        await turns();
        if (closed.state === 'pending') {
          // A FIN behind bytes that nobody reads is not seen: the connection is ours to end.
          expect([reads, way]).toEqual([false, 'closes']);
          connection.abort(new Error('enough'));
          await turns();
        }
        expect(closed.state).toBe('rejected');
        expect(signal?.reason).toBe(closed.reason);
        expect(completed).toEqual({ state: 'rejected', reason: closed.reason });
        expect(clock.pending).toBe(0);
      }
    }
  });

  it('an answer after the loss is cancelled, never pulled', async () => {
    const source = countingSource({ chunkBytes: 1 });
    let answer = (_response: Response): void => {};
    const { peer, closed } = serve(() => new Promise((resolve) => void (answer = resolve)));
    await peer.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    peer.reset();
    await turns();
    answer(respond(body(source)));
    await turns();
    expect(source.pulls).toBe(0);
    expect(source.cancelled?.reason).toBe(closed.reason);
  });
});

describe('time, by the virtual clock', () => {
  it('a head that stops after each byte is 408, or closed without a word where nothing came', async () => {
    const head = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    for (let at = 0; at < head.length; at++) {
      const { peer, clock, closed } = serve(() => respond('no'), { headersTimeout: 1000 });
      if (at > 0) await peer.send(head.slice(0, at));
      await turns(1);
      await clock.advance(999);
      await turns(1);
      expect(peer.received).toBe('');
      await clock.advance(1);
      expect(await peer.all()).toMatch(at === 0 ? /^$/ : /^HTTP\/1\.1 408 [\s\S]*connection: close\r\n\r\n$/);
      await clock.advance(60_000);
      await turns();
      expect([at, closed.state]).toEqual([at, 'fulfilled']);
      expect(clock.pending).toBe(0);
    }
  });

  it('so is one that began behind another, whose own came in pieces', async () => {
    const { peer, clock, closed } = serve(() => respond('yes'), { headersTimeout: 1000 });
    await peer.send('GET / HTTP/1.1\r\nHo');
    await peer.send('st: a\r\n\r\nGET');
    await peer.until(/yes/);
    await clock.advance(1000);
    expect(await peer.all()).toMatch(/yesHTTP\/1\.1 408 /);
    await peer.close();
    await turns();
    expect([closed.state, clock.pending]).toEqual(['fulfilled', 0]);
  });

  it.each(Object.entries(requests))(
    'a body with %s that stops after each byte, under minRate: its reader fails, 408',
    async (_name, request) => {
      for (let at = request.indexOf('\r\n\r\n') + 4; at < request.length; at++) {
        let text = fateOf(new Promise<string>(() => {}));
        const { peer, clock, closed } = serve(
          async (received) => {
            const reading = received.text();
            text = fateOf(reading);
            return respond(await reading);
          },
          { minRate: 1000, headersTimeout: 1000 },
        );
        await peer.send(request.slice(0, at));
        await turns(1);
        const all = peer.all();
        await clock.advance(2000);
        await turns();
        expect([at, text]).toEqual([
          at,
          { state: 'rejected', reason: expect.objectContaining({ code: 'ERR_DEADLINE' }) },
        ]);
        await clock.advance(60_000);
        expect(await all).toMatch(/^HTTP\/1\.1 408 /);
        await turns();
        expect(closed.state).not.toBe('pending');
        expect(clock.pending).toBe(0);
      }
    },
  );

  it('a response that its client stops to take, under writeTimeout, after each byte', async () => {
    for (let at = 0; at < 100; at += 7) {
      const source = countingSource({ chunkBytes: 4000, async: true });
      const { peer, clock, closed } = serve(() => respond(body(source)), { writeTimeout: 1000 });
      await peer.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      while (peer.received.length < at) await peer.read();
      await turns();
      await clock.advance(1000);
      await turns();
      expect(closed).toMatchObject({ state: 'rejected', reason: { code: 'ERR_STALL_TIMEOUT' } });
      expect(source.cancelled?.reason).toBe(closed.reason);
      expect(clock.pending).toBe(0);
    }
  });

  it('a response head that stops after each byte: headersTimeout', async () => {
    const head = 'HTTP/1.1 103 A\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    for (let at = 0; at < head.length; at++) {
      const { peer, clock, connection, closed } = open({ headersTimeout: 1000 });
      const call = fateOf(connection.fetch('/', { method: 'POST' }));
      await peer.until(/\r\n\r\n/);
      if (at > 0) await peer.send(head.slice(0, at));
      await clock.advance(1000);
      await turns();
      expect([at, call]).toEqual([
        at,
        { state: 'rejected', reason: expect.objectContaining({ code: 'ERR_DEADLINE' }) },
      ]);
      expect(closed.state).not.toBe('pending');
      expect(clock.pending).toBe(0);
    }
  });
});

describe('a call', () => {
  it.each(ways)('whose server %s after each byte of the request', async (way) => {
    for (const known of [false, true]) {
      for (let at = 0, whole = false; !whole; at++) {
        const source = countingSource({ chunkBytes: 3, totalBytes: 9, async: at % 2 === 0 });
        const { peer, clock, connection, closed } = open();
        const upload = body(source, known ? { byteLength: 9 } : {});
        const call = fateOf(connection.fetch('/', { method: 'POST', body: upload }));
        const queued = fateOf(connection.fetch('/next'));
        whole = !(await readTo(peer, at)) || /\r\n\r\n([\s\S]{9}|[\s\S]+0\r\n\r\n)$/.test(peer.received);
        await turns(1);
        goes[way]?.(peer);
        if (way === 'closes') {
          await turns();
          peer.reset();
        }
        await turns();
        await clock.advance(60_000);
        await turns();
        expect([at, call]).toEqual([at, { state: 'rejected', reason: expect.objectContaining(LOST) }]);
        expect(queued).toMatchObject({ state: 'rejected', reason: { code: 'ERR_REFUSED' } });
        expect(closed.state).not.toBe('pending');
        if (source.bytes < 9) expect(source.cancelled).toBeDefined();
        expect(connection.stats.streams).toEqual([]);
        expect(clock.pending).toBe(0);
      }
    }
  });

  const responses: Record<string, [text: string, finishes: (way: string) => boolean]> = {
    'a length': ['HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef', () => false],
    'chunks and trailers': [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\nX: y\r\n\r\n',
      () => false,
    ],
    'an interim response before': [
      'HTTP/1.1 103 A\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef',
      () => false,
    ],
    // Its end looks like a loss of the rest, which is why a server resets instead (RFC 9112 section 8).
    'no length': ['HTTP/1.1 200 OK\r\n\r\nabcdef', (way) => way !== 'resets'],
  };
  it.each(
    Object.entries(responses).flatMap(([name, response]) =>
      ways.map((way) => [name, way, response] as const),
    ),
  )('whose response has %s and whose server %s after each byte', async (_name, way, [response, finishes]) => {
    const head = response.indexOf('\r\n\r\n', response.indexOf(' 200 ')) + 4;
    for (let at = 0; at < response.length; at++) {
      const { peer, clock, connection, closed } = open();
      const text = fateOf(connection.fetch('/').then((got) => got.text()));
      await peer.until(/\r\n\r\n/);
      if (at > 0) await peer.send(response.slice(0, at));
      await turns(1);
      goes[way]?.(peer);
      await turns();
      await clock.advance(60_000);
      await turns();
      if (finishes(way) && at >= head)
        expect([at, text]).toEqual([at, { state: 'fulfilled', value: response.slice(head, at) }]);
      else expect([at, text]).toEqual([at, { state: 'rejected', reason: expect.objectContaining(LOST) }]);
      expect(closed.state).not.toBe('pending');
      expect(clock.pending).toBe(0);
    }
  });
});

describe('client and server: a source that fails at each chunk', () => {
  const failing = (at: number, async: boolean, failure: Error) => {
    let n = 0;
    const next = () => {
      if (n++ === at) throw failure;
      return new Uint8Array(10);
    };
    return { pull: () => (async ? Promise.resolve().then(next) : next()) };
  };

  it.each([0, 1, 2, 5])('an upload, at chunk %d', async (at) => {
    for (const async of [false, true]) {
      for (const byteLength of [undefined, 100]) {
        const failure = new Error('broken');
        const [there, here] = duplexPair();
        let text = fateOf(new Promise<string>(() => {}));
        const server = serveConnection(there, async (request) => {
          const reading = request.text();
          text = fateOf(reading);
          return respond(await reading);
        });
        const client = openConnection(here);
        const upload = body(failing(at, async, failure), byteLength === undefined ? {} : { byteLength });
        await expect(client.fetch('/', { method: 'POST', body: upload })).rejects.toBe(failure);
        await turns(5);
        // A request whose head was not sent yet is no request.
        if (text.state !== 'pending') expect(text).toMatchObject({ state: 'rejected', reason: LOST });
        const [closed, open] = [fateOf(server.closed), fateOf(client.closed)];
        await turns();
        expect(closed.state).not.toBe('pending');
        expect(open.state).not.toBe('pending');
      }
    }
  });

  it.each([0, 1, 2, 5])('a response, at chunk %d', async (at) => {
    for (const async of [false, true]) {
      for (const byteLength of [undefined, 100]) {
        const failure = new Error('broken');
        const errors: unknown[] = [];
        const [there, here] = duplexPair();
        const server = serveConnection(
          there,
          () => respond(body(failing(at, async, failure), byteLength === undefined ? {} : { byteLength })),
          { onError: (error) => errors.push(error), drainTimeout: 0 },
        );
        const client = openConnection(here);
        const text = client.fetch('/').then((response) => response.text());
        await expect(text).rejects.toMatchObject(LOST);
        expect(errors).toEqual([failure]);
        await client.closed.catch(() => {});
        await server.closed.catch(() => {});
      }
    }
  });
});

describe('client and server: an early reply', () => {
  it.each([0, 1, 3])(
    'arrives whole at a client that still uploads, after %d chunks were read',
    async (reads) => {
      for (const async of [false, true]) {
        const clock = virtualClock();
        const [there, here] = duplexPair();
        const server = serveConnection(
          there,
          async (request) => {
            const reader = request.body?.getReader();
            for (let i = 0; i < reads; i++) await reader?.read();
            return respond('r'.repeat(100_000));
          },
          { clock },
        );
        const client = openConnection(here, { clock });
        const source = countingSource({ chunkBytes: 10_000, async });
        const response = await client.fetch('/', { method: 'POST', body: body(source) });
        expect(await response.text()).toBe('r'.repeat(100_000));
        await clock.advance(60_000);
        await turns();
        expect(source.cancelled).toBeDefined();
        const closed = [fateOf(server.closed), fateOf(client.closed)];
        await turns();
        expect(closed.map(({ state }) => state)).not.toContain('pending');
        expect(clock.pending).toBe(0);
      }
    },
  );
});

/** Reads until so many bytes came. False where fewer come. */
async function readTo(peer: RawPeer, length: number): Promise<boolean> {
  while (peer.received.length < length) if (!(await peer.read())) return false;
  return true;
}
