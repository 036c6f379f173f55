import { describe, expect, it } from '@jest/globals';
import { respond, serveConnection } from '../../lib/http/mod.ts';
import { Http2Connection } from '../../lib/http2/mod.ts';
import { body, bodyOf } from '../../lib/mod.ts';
import { type CountingSourceOptions, countingSource, duplexPair } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';
import { type RawHttp2, rest } from '../helpers/raw-http2.ts';

const WINDOW = 65_535;
const { served, opened } = ends();

/** Sends a body to a peer that gives no credit, from each end in turn. */
const senders: Record<
  string,
  (settings: [number, number][], of: CountingSourceOptions, known?: boolean) => Sent | Promise<Sent>
> = {
  server(settings, of, known = false) {
    const source = countingSource(of);
    const options = known && of.totalBytes !== undefined ? { byteLength: of.totalBytes } : {};
    const { client, connection } = served(() => respond(body(source, options)), settings);
    client.request(1);
    return { source, peer: client, connection };
  },
  async client(settings, of, known = false) {
    const source = countingSource(of);
    const options = known && of.totalBytes !== undefined ? { byteLength: of.totalBytes } : {};
    const { server, connection } = opened(settings);
    await rest();
    connection.fetch('/', { method: 'POST', body: body(source, options) }).catch(() => {});
    return { source, peer: server, connection };
  },
};

interface Sent {
  source: ReturnType<typeof countingSource>;
  peer: RawHttp2;
  connection: { abort(reason?: unknown): void };
}

describe.each(Object.entries(senders))('what a %s sends without further credit', (_role, send) => {
  it.each([
    [65_535, 16_384],
    [65_535, 1_000],
    [65_535, 100_000],
    [1, 16_384],
    [10, 3],
    [16_384, 16_384],
  ])('is its window of %i, to the byte, in chunks of %i', async (window, chunkBytes) => {
    const { source, peer, connection } = await send([[4, window]], {
      chunkBytes,
      async: chunkBytes === 1_000,
    });
    await rest();
    expect(peer.bytes(1)).toBe(window);
    expect(source.bytes).toBeGreaterThanOrEqual(window);
    expect(source.bytes).toBeLessThanOrEqual(window + chunkBytes);
    peer.send((frames) => frames.windowUpdate(1, 7));
    if (window === WINDOW) peer.send((frames) => frames.windowUpdate(0, 7));
    await rest();
    expect(peer.bytes(1)).toBe(window + 7);
    connection.abort('done');
    await rest();
    expect(source.cancelled).toEqual({ reason: 'done' });
  });

  it('is nothing with a window of 0: the source is not pulled', async () => {
    const { source, peer } = await send([[4, 0]], { chunkBytes: 10, totalBytes: 10 });
    await rest();
    expect(source.pulls).toBe(0);
    expect(peer.bytes(1)).toBe(0);
    peer.send((frames) => frames.settings([[4, 10]]));
    await rest();
    expect(peer.bytes(1)).toBe(10);
    expect(peer.endStream(1)).toBe(true);
  });

  it('waits while the window is negative', async () => {
    const { source, peer } = await send([[4, 1000]], { chunkBytes: 100 });
    await rest();
    expect(peer.bytes(1)).toBe(1000);
    peer.send((frames) => frames.settings([[4, 100]]));
    peer.send((frames) => frames.windowUpdate(1, 900));
    await rest();
    const { pulls } = source;
    expect(peer.bytes(1)).toBe(1000);
    peer.send((frames) => frames.windowUpdate(1, 1));
    await rest();
    expect(peer.bytes(1)).toBe(1001);
    expect(source.pulls).toBeLessThanOrEqual(pulls + 1);
  });

  it('shows its end when the window is used up exactly', async () => {
    const { peer } = await send([[4, 300]], { chunkBytes: 100, totalBytes: 300 });
    await rest();
    expect(peer.bytes(1)).toBe(300);
    expect(peer.endStream(1)).toBe(true);
  });

  it('has END_STREAM on the last DATA where the length is known', async () => {
    const { peer, source } = await send([[4, 300]], { chunkBytes: 100, totalBytes: 300 }, true);
    await rest();
    const last = peer.of('DATA', 1).at(-1);
    expect(last?.payload.byteLength).toBeGreaterThan(0);
    expect(last?.flags).toBe(1);
    expect(source.pulls).toBe(4);
  });

  it('ends the stream with FLOW_CONTROL_ERROR when its window passes 2^31-1', async () => {
    const { peer, source } = await send([[4, 10]], { chunkBytes: 100 });
    await rest();
    peer.send((frames) => frames.windowUpdate(1, 0x7fffffff));
    await rest();
    const more = peer.resetCode(1) ?? peer.bytes(1);
    peer.send((frames) => frames.windowUpdate(1, 0x7fffffff));
    await rest();
    expect(peer.resetCode(1)).toBe(3);
    expect(more).not.toBe(10);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 3, remote: false });
  });

  it('ends the stream with PROTOCOL_ERROR for a WINDOW_UPDATE of 0', async () => {
    const { peer, source } = await send([[4, 10]], { chunkBytes: 100 });
    await rest();
    peer.send((frames) => frames.windowUpdate(1, 0));
    await rest();
    expect(peer.resetCode(1)).toBe(1);
    expect(source.cancelled).toBeDefined();
  });
});

describe('streams that share the window of their connection', () => {
  const IDS = [1, 3, 5, 7, 9];

  it.each([1, 1000, 16_384, 20_000])('take turns in it, %i bytes at a time', async (bytes) => {
    const { client } = served(() => respond(body(countingSource({ chunkBytes: 16_384 }))), [[4, 1 << 24]]);
    for (const id of IDS) client.request(id);
    await rest();
    const before = IDS.map((id) => client.bytes(id));
    for (let i = 0; i < 20; i++) {
      client.send((frames) => frames.windowUpdate(0, bytes));
      await rest();
    }
    const shares = IDS.map((id, i) => client.bytes(id) - (before[i] ?? 0));
    expect(shares.reduce((sum, share) => sum + share)).toBe(20 * bytes);
    for (const share of shares) expect(Math.abs(share - 4 * bytes)).toBeLessThanOrEqual(16_384);
  });

  it('hide no end of a body that has no more to send', async () => {
    let chunks = 2;
    const short = { pull: () => (chunks-- > 0 ? new Uint8Array(16_384) : null) };
    const { client } = served(
      (request) =>
        respond(
          body(new URL(request.url).pathname === '/short' ? short : countingSource({ chunkBytes: 16_384 })),
        ),
      [[4, 1 << 24]],
    );
    client.request(1);
    await rest();
    client.send((frames) => frames.rstStream(1, 8));
    for (const [id, path] of [
      [3, '/short'],
      [5, '/long'],
    ] as const)
      client.request(id, path);
    // Each has a frame of the short body, and what is left is for the long one.
    for (let i = 0; i < 2; i++) {
      await rest();
      client.send((frames) => frames.windowUpdate(0, 20_000));
    }
    await rest();
    expect([client.bytes(3), client.bytes(5)]).toEqual([32_768, 7232]);
    expect(client.endStream(3)).toBe(true);
  });

  it('the more urgent before the others', async () => {
    const { client } = served(() => respond(body(countingSource({ chunkBytes: 1000 }))), [[4, 1 << 24]]);
    client.request(1, '/', 'GET', true, { priority: 'u=6' });
    client.request(3, '/', 'GET', true, { priority: 'u=1' });
    await rest();
    const before = client.bytes(1);
    for (let i = 0; i < 5; i++) {
      client.send((frames) => frames.windowUpdate(0, 3000));
      await rest();
    }
    expect(client.bytes(1)).toBe(before);
  });
});

describe('frames as large as a peer takes', () => {
  it('are not asked of a source all at once', async () => {
    const [there, here] = duplexPair();
    const script = new Http2Connection({
      role: 'client',
      highWaterMark: 0x7fffffff,
      connectionBudget: 0x7fffffff,
      maxFrameSize: 0xffffff,
      adaptiveWindow: false,
    });
    script.initiate();
    for (let i = 0; i < 2; i++)
      script.openStream(
        [
          [':method', 'GET'],
          [':scheme', 'http'],
          [':authority', 'a.test'],
          [':path', '/'],
        ],
        true,
      );
    const sources: ReturnType<typeof countingSource>[] = [];
    const connection = serveConnection(
      there,
      () => {
        const source = countingSource({ chunkBytes: 16_384 });
        sources.push(source);
        return respond(body(source));
      },
      { protocol: 'h2' },
    );
    const writer = here.writable.getWriter();
    for (const piece of script.take()) await writer.write(piece);
    const reader = here.readable.getReader();
    await reader.read();
    await rest();
    // One write is with the transport, which holds nothing.
    for (const { bytes } of sources) expect(bytes).toBeLessThanOrEqual(65_536 + 16_384);
    connection.abort();
  });
});

describe('the windows that a server gives', () => {
  it('open when the reader has the bytes, not before', async () => {
    let read = (): Promise<{ value?: Uint8Array | undefined }> => Promise.resolve({});
    const { client, connection } = served(async (request) => {
      const reader = bodyOf(request).getReader();
      read = () => reader.read();
      return new Promise<Response>(() => {});
    });
    await rest();
    client.send((frames) => frames.settingsAck());
    client.request(1, '/', 'POST', false);
    client.data(1, 65_536);
    await rest();
    expect(client.of('WINDOW_UPDATE', 1)).toHaveLength(0);
    expect(connection.stats).toMatchObject({ unread: 65_536 });
    expect(connection.stats.streams[0]).toMatchObject({ receiveWindow: 0, owed: 0, windowTarget: 65_536 });
    const { value } = await read();
    await rest();
    expect(value?.byteLength).toBe(65_536);
    expect(client.of('WINDOW_UPDATE', 1)).toHaveLength(1);
    expect(connection.stats).toMatchObject({ unread: 0 });
    connection.abort();
  });

  it('cut a peer that sends without credit', async () => {
    const reasons: unknown[] = [];
    const { client, connection } = served((request) => {
      request.signal.addEventListener('abort', () => reasons.push(request.signal.reason));
      return new Promise<Response>(() => {});
    });
    await rest();
    client.send((frames) => frames.settingsAck());
    client.request(1, '/', 'POST', false);
    client.data(1, 65_537);
    await rest();
    expect(client.resetCode(1)).toBe(3);
    expect(reasons).toMatchObject([{ code: 'ERR_STREAM_RESET', errorCode: 3 }]);
    // The rest of the connection lives on.
    client.request(3, '/', 'HEAD');
    await rest();
    expect(connection.stats.streams).toMatchObject([{ id: 3 }]);
    connection.abort();
  });

  it('hold a thousand one-byte frames as one piece', async () => {
    let read = (): Promise<{ value?: Uint8Array | undefined }> => Promise.resolve({});
    const { client, connection } = served(async (request) => {
      const reader = bodyOf(request).getReader();
      read = () => reader.read();
      return new Promise<Response>(() => {});
    });
    client.request(1, '/', 'POST', false);
    for (let i = 0; i < 1000; i++) client.data(1, Uint8Array.of(i));
    await rest();
    const { value } = await read();
    expect(value?.byteLength).toBe(1000);
    expect(value?.every((byte, i) => byte === (i & 255))).toBe(true);
    expect(client.goAwayCode).toBeUndefined();
    connection.abort();
  });

  it('limit streams to what the budget holds', async () => {
    const { client } = served(() => new Promise<Response>(() => {}), [], { connectionBudget: 1 << 18 });
    await rest();
    const view = new DataView(client.of('SETTINGS')[0]?.payload.slice().buffer as ArrayBuffer);
    const settings = new Map<number, number>();
    for (let at = 0; at < view.byteLength; at += 6) settings.set(view.getUint16(at), view.getUint32(at + 2));
    expect(settings.get(3)).toBe(4);
    expect(settings.get(4)).toBe(65_536);
  });
});

describe('a response that a client reads', () => {
  it('gets credit as it is read, and none while it is not', async () => {
    const { connection, server } = opened();
    await rest();
    server.send((frames) => frames.settingsAck());
    const response = connection.fetch('/');
    await rest();
    server.headers(1, { ':status': '200' }, false);
    server.data(1, 65_536);
    await rest();
    expect(server.of('WINDOW_UPDATE', 1)).toHaveLength(0);
    const reader = bodyOf(await response).getReader();
    expect((await reader.read()).value?.byteLength).toBe(65_536);
    await rest();
    expect(server.of('WINDOW_UPDATE', 1)).toHaveLength(1);
    await reader.cancel('enough');
    await rest();
    expect(server.resetCode(1)).toBe(8);
    connection.abort();
  });
});
