import { describe, expect, it } from '@jest/globals';
import { type Duplex, openConnection, respond, serveConnection } from '../../lib/http/mod.ts';
import { body, bodyOf } from '../../lib/mod.ts';
import { countingSource, duplexPair, virtualClock } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';
import { rest } from '../helpers/raw-http2.ts';

const { served, opened, both } = ends();
const never = (): Promise<Response> => new Promise(() => {});

describe('auto', () => {
  it.each([1, 3, 1000])('tells the protocol from the first bytes, %i at a time', async (size) => {
    for (const protocol of ['h2', 'http/1.1'] as const) {
      const [there, here] = duplexPair({ highWaterMark: 1 << 16 });
      const server = serveConnection(there, (_request, info) => respond(info.protocol ?? ''));
      const { readable, writable } = here;
      const writer = writable.getWriter();
      const pieces = new WritableStream<Uint8Array>({
        async write(chunk) {
          for (let at = 0; at < chunk.byteLength; at += size) await writer.write(chunk.slice(at, at + size));
        },
        close: () => writer.close(),
      });
      const client = openConnection({ readable, writable: pieces }, { protocol });
      const method = protocol === 'h2' ? 'GET' : 'POST';
      expect(await (await client.fetch('/', { method })).text()).toBe(protocol);
      expect(await server.protocol).toBe(protocol);
      await client.close();
      await server.close();
    }
  });

  it('gives a connection that says nothing its time, and no more', async () => {
    const clock = virtualClock();
    const [there] = duplexPair();
    const server = serveConnection(there, never, { clock, headersTimeout: 100 });
    await clock.advance(100);
    await server.closed;
    expect(clock.pending).toBe(0);
  });

  it.each(['h2', 'http/1.1'] as const)(
    'a handler may close its own connection at once, over %s',
    async (protocol) => {
      const { server, client } = both(
        () => {
          server.close();
          return respond('the last');
        },
        {},
        { protocol },
      );
      expect(await (await client.fetch('/')).text()).toBe('the last');
      await server.closed;
      await client.closed;
    },
  );

  it('can be closed and aborted before it knows', async () => {
    const first = serveConnection(duplexPair()[0], never);
    await first.close();
    const second = serveConnection(duplexPair()[0], never);
    second.abort('no');
    await expect(second.closed).rejects.toBe('no');
    await expect(second.protocol).rejects.toBe('no');
  });
});

describe('close()', () => {
  it('of a server announces it, takes what crosses it, and finishes what is open', async () => {
    const { client, connection } = served(async (request) => respond(new URL(request.url).pathname));
    client.request(1, '/a', 'POST', false);
    await rest();
    const closed = connection.close();
    await rest();
    expect(lastStream(client.of('GOAWAY')[0]?.payload)).toBe(0x7fffffff);
    client.request(3, '/crossed', 'POST', false);
    const [ping] = client.of('PING');
    client.send((frames) => frames.ping(ping?.payload ?? new Uint8Array(8), true));
    await rest();
    expect(lastStream(client.of('GOAWAY')[1]?.payload)).toBe(3);
    client.request(5, '/late');
    client.data(1, 1, true);
    client.data(3, 1, true);
    await rest();
    expect(client.fields(1)[':status']).toBe('200');
    expect(client.fields(3)[':status']).toBe('200');
    expect(client.blocks.get(5)).toBeUndefined();
    expect(client.ended).toBe(true);
    client.fin().catch(() => {});
    await closed;
    await connection.closed;
  });

  it('of a server does not wait for ever for a peer that does not answer', async () => {
    const clock = virtualClock();
    const { client, connection } = served(() => respond('hi'), [], { clock });
    client.request(1);
    await rest();
    const closed = connection.close();
    await clock.advance(1000);
    expect(client.ended).toBe(true);
    // It is told all the same which requests were taken.
    expect(client.of('GOAWAY').map(({ payload }) => lastStream(payload))).toEqual([0x7fffffff, 1]);
    await clock.advance(1000);
    await closed;
    expect(clock.pending).toBe(0);
  });

  it('of a client that waits only for calls that were given up', async () => {
    const { connection, server } = opened([[3, 0]]);
    await rest();
    const controller = new AbortController();
    const given = connection.fetch('/', { signal: controller.signal });
    const closed = connection.close();
    await rest();
    expect(server.of('GOAWAY')).toHaveLength(0);
    controller.abort('no more');
    await expect(given).rejects.toBe('no more');
    await rest();
    expect(server.of('GOAWAY')).toHaveLength(1);
    server.fin().catch(() => {});
    await closed;
    await connection.closed;
  });

  it('of a server answers the GOAWAY of a client, whose requests go on', async () => {
    const { client, connection } = served(async (request) => respond(await request.text()));
    client.request(1, '/', 'POST', false);
    await rest();
    client.send((frames) => frames.goAway(0, 0, new Uint8Array(0)));
    client.request(3);
    client.data(1, 1, true);
    await rest();
    expect([client.fields(1)[':status'], client.fields(3)[':status']]).toEqual(['200', '200']);
    expect(lastStream(client.of('GOAWAY')[0]?.payload)).toBe(0x7fffffff);
    const [ping] = client.of('PING').filter(({ flags }) => flags === 0);
    client.send((frames) => frames.ping(ping?.payload ?? new Uint8Array(8), true));
    await rest();
    expect(lastStream(client.of('GOAWAY')[1]?.payload)).toBe(3);
    expect(client.ended).toBe(true);
    client.fin().catch(() => {});
    await connection.closed;
  });

  it('of a client finishes what is open and queued', async () => {
    const { client, server } = both(async (request) => respond(new URL(request.url).pathname), {
      maxConcurrentStreams: 1,
    });
    const calls = ['/a', '/b', '/c'].map((path) => client.fetch(path).then((response) => response.text()));
    const closed = client.close();
    await expect(client.fetch('/d')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
    expect(await Promise.all(calls)).toEqual(['/a', '/b', '/c']);
    await closed;
    await client.closed;
    await server.closed;
  });
});

describe('abort()', () => {
  it('ends everything at once, with one reason', async () => {
    const source = countingSource({ chunkBytes: 10 });
    let signal: AbortSignal | undefined;
    const { client, connection } = served((request) => {
      signal = request.signal;
      return respond(body(source));
    });
    client.request(1);
    await rest();
    expect(signal?.aborted).toBe(false);
    connection.abort('reason');
    expect(source.cancelled).toEqual({ reason: 'reason' });
    expect(signal?.reason).toBe('reason');
    await expect(connection.closed).rejects.toBe('reason');
    await rest();
    expect(client.failed ?? client.ended).toBeTruthy();
  });

  it('comes from a signal too', async () => {
    const controller = new AbortController();
    const { connection } = opened([], { signal: controller.signal });
    const call = connection.fetch('/');
    controller.abort('stop');
    await expect(call).rejects.toBe('stop');
    await expect(connection.closed).rejects.toBe('stop');
  });
});

describe('calls above the stream limit of the server', () => {
  it('queue, first in, first out', async () => {
    const { connection, server } = opened([[3, 2]]);
    await rest();
    const calls = ['/a', '/b', '/c', '/d'].map((path) => connection.fetch(path));
    for (const call of calls) call.catch(() => {});
    await rest();
    expect(server.of('HEADERS')).toHaveLength(2);
    server.headers(1, { ':status': '204' }, true);
    expect((await calls[0])?.status).toBe(204);
    await rest();
    expect(server.fields(5)[':path']).toBe('/c');
    const controller = new AbortController();
    const given = connection.fetch('/e', { signal: controller.signal });
    controller.abort('no more');
    await expect(given).rejects.toBe('no more');
    server.headers(3, { ':status': '204' }, true);
    server.headers(5, { ':status': '204' }, true);
    await rest();
    expect(server.fields(7)[':path']).toBe('/d');
    expect(server.of('HEADERS')).toHaveLength(4);
  });
});

describe('timeouts', () => {
  it('an idle connection is closed gracefully', async () => {
    const clock = virtualClock();
    const { client, connection } = served(() => respond('hi'), [], { clock, keepAliveTimeout: 50 });
    client.request(1);
    await rest();
    await clock.advance(49);
    expect(client.of('GOAWAY')).toHaveLength(0);
    await clock.advance(1);
    expect(client.of('GOAWAY')).toHaveLength(1);
    await clock.advance(2000);
    await connection.closed;
    expect(clock.pending).toBe(0);
  });

  it('PING keep-alive loses a peer that does not answer, not one that does', async () => {
    const clock = virtualClock();
    const { connection, server } = opened([], { clock, pingInterval: 100, pingTimeout: 50 });
    const call = connection.fetch('/');
    call.catch(() => {});
    await clock.advance(100);
    const [ping] = server.of('PING');
    expect(ping).toBeDefined();
    server.send((frames) => frames.ping(ping?.payload ?? new Uint8Array(8), true));
    await clock.advance(60);
    await clock.advance(100);
    await expect(call).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    expect(clock.pending).toBe(0);
  });

  it('a response head can be waited for only so long', async () => {
    const clock = virtualClock();
    const { connection, server } = opened([], { clock, headersTimeout: 100 });
    const call = connection.fetch('/');
    call.catch(() => {});
    await clock.advance(100);
    await expect(call).rejects.toMatchObject({ code: 'ERR_DEADLINE' });
    await rest();
    expect(server.resetCode(1)).toBe(8);
  });

  it('a write that is not taken can be waited for only so long', async () => {
    const clock = virtualClock();
    const [there, here] = duplexPair();
    here.readable.getReader();
    const connection = serveConnection(there, never, { protocol: 'h2', clock, writeTimeout: 100 });
    await rest();
    await clock.advance(100);
    await expect(connection.closed).rejects.toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
  });
});

describe('while a write is blocked', () => {
  it('RST_STREAM is acted on, and nothing is pulled', async () => {
    const [there, here] = duplexPair();
    const writer = here.writable.getWriter();
    const { RawHttp2 } = await import('../helpers/raw-http2.ts');
    const spare = duplexPair({ highWaterMark: 1 << 20 });
    const script = new RawHttp2(spare[1], 'client');
    const source = countingSource({ chunkBytes: 1000 });
    const connection = serveConnection(there, () => respond(body(source)), { protocol: 'h2' });
    script.request(1);
    script.send((frames) => frames.rstStream(1, 8));
    const reader = spare[0].readable.getReader();
    // Nobody reads what the server writes: its first flight is stuck.
    for (let i = 0; i < 2; i++) await writer.write((await reader.read()).value ?? new Uint8Array(0));
    await rest();
    expect(source.pulls).toBe(0);
    expect(connection.stats.streams).toHaveLength(1);
    await writer.write((await reader.read()).value ?? new Uint8Array(0));
    await rest();
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 8 });
    expect(connection.stats.streams).toHaveLength(0);
    connection.abort();
  });
});

describe('stats', () => {
  it('tell what each stream holds', async () => {
    const { client, connection } = served(
      (request) => {
        bodyOf(request);
        return respond(body(countingSource({ chunkBytes: 100 })));
      },
      [[4, 1000]],
    );
    client.request(1, '/', 'POST', false);
    client.data(1, 10);
    await rest();
    const { stats } = connection;
    expect(stats).toMatchObject({ protocol: 'h2', unread: 10, budget: 16_777_216, sendWindow: 64_535 });
    expect(stats.bytesRead).toBeGreaterThan(0);
    expect(stats.bytesWritten).toBeGreaterThan(1000);
    expect(stats.streams).toMatchObject([
      {
        id: 1,
        state: 'open',
        sendWindow: 0,
        windowTarget: 65_535,
        response: { state: 'open' },
        request: { pulls: 0 },
      },
    ]);
  });
});

function lastStream(payload: Uint8Array | undefined): number | undefined {
  return payload && new DataView(payload.buffer).getUint32(0);
}

describe('minRate', () => {
  it('an upload that drips is 408, and the connection goes on', async () => {
    const clock = virtualClock();
    const errors: unknown[] = [];
    const options = {
      clock,
      minRate: 1000,
      headersTimeout: 10_000,
      keepAliveTimeout: 100_000,
      onError: (error: unknown) => void errors.push(error),
    };
    const { client } = served(async (request) => respond(await request.text()), [], options);
    client.request(1, '/', 'POST', false);
    await rest();
    for (let i = 0; i < 12; i++) {
      await clock.advance(1000);
      if (client.fields(1)[':status'] === undefined) client.data(1, new Uint8Array(100));
      await rest();
    }
    expect(client.fields(1)[':status']).toBe('408');
    expect(errors).toMatchObject([{ code: 'ERR_DEADLINE' }]);
    client.request(3, '/', 'GET', true);
    await rest();
    expect(client.fields(3)[':status']).toBe('200');
  });

  it('leaves a tunnel alone', async () => {
    const clock = virtualClock();
    let chunks = 0;
    const onConnect = () => async (duplex: Duplex) => {
      for await (const _ of duplex.readable) chunks++;
    };
    const { client } = served(() => respond(null), [], { clock, minRate: 1000, onConnect });
    client.headers(1, { ':method': 'CONNECT', ':authority': 'b.test:80' }, false);
    await rest();
    await clock.advance(100_000);
    client.data(1, 5);
    await rest();
    expect([client.resetCode(1), chunks]).toEqual([undefined, 1]);
  });

  it('does not count the time in which nobody waits for the client', async () => {
    const clock = virtualClock();
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    const options = { clock, minRate: 1000, headersTimeout: 10_000 };
    const { client } = served(
      async (request) => {
        reader = request.body?.getReader();
        return never();
      },
      [],
      options,
    );
    client.request(1, '/', 'POST', false);
    client.data(1, new Uint8Array(100));
    await rest();
    expect((await reader?.read())?.value).toHaveLength(100);
    await clock.advance(60_000);
    client.data(1, new Uint8Array(10), true);
    await rest();
    expect((await reader?.read())?.value).toHaveLength(10);
    expect((await reader?.read())?.done).toBe(true);
  });
});
