import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connect, type NodeServeOptions, type RunningServer, serve } from '../../adapters/node/mod.ts';
import { type Handler, respond } from '../../lib/http/mod.ts';
import { body, bodyOf } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { dialRaw, leaving, listenRaw } from '../helpers/raw-tls.ts';
import { ca, tls } from '../helpers/tls.ts';

let server: RunningServer | undefined;
afterEach(() => server?.abort());

async function serving(handler: Handler, options: NodeServeOptions = {}): Promise<RunningServer> {
  server = await serve(handler, { hostname: '127.0.0.1', tls, ...options });
  return server;
}

const long = () => body(countingSource({ chunkBytes: 50_000, totalBytes: 1_000_000, async: true }));

describe('serve over TLS: a client that leaves by', () => {
  it.each(leaving)('%s while it downloads: one cancel and one abort, for one reason', async (_how, leave) => {
    const heard: unknown[] = [];
    let cancelled: () => void;
    const gone = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const { port } = await serving((request) => {
      request.signal.addEventListener('abort', () => heard.push(request.signal.reason));
      const cancel = (reason: unknown): void => {
        heard.push(reason);
        cancelled();
      };
      return respond(body({ pull: () => new Uint8Array(60_000), cancel }));
    });
    const peer = await dialRaw(port);
    peer.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    peer.socket.once('data', () => leave(peer));
    await gone;
    await turn();
    expect(heard).toHaveLength(2);
    expect(heard[0]).toBe(heard[1]);
    peer.plain.destroy();
  });

  const framings = [
    ['content-length', 'Content-Length: 100000\r\n\r\nhello'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
  ] as const;
  it.each(
    leaving.flatMap(([how, leave]) =>
      framings.map(([framing, rest]) => [how, framing, rest, leave] as const),
    ),
  )('%s while it uploads, %s: the body fails after what came', async (_how, _framing, rest, leave) => {
    let tell: (outcome: string) => void;
    const outcome = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const { port } = await serving(async (request) => {
      const reader = bodyOf(request).getReader();
      const { value } = await reader.read();
      leave(peer);
      const next = await reader.read().then(
        ({ done }) => (done ? 'the end' : 'more'),
        (error) => error.code,
      );
      tell(`${new TextDecoder().decode(value)}, then ${next}`);
      return respond();
    });
    const peer = await dialRaw(port);
    peer.socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${rest}`);
    expect(await outcome).toBe('hello, then ERR_CONNECTION_LOST');
    peer.plain.destroy();
  });

  it('half a close: it is gone, or with halfClose answered whole', async () => {
    for (const halfClose of [false, true]) {
      let aborted = false;
      const { port } = await serving(
        async (request) => {
          request.signal.addEventListener('abort', () => {
            aborted = true;
          });
          for (let i = 0; i < 20; i++) await turn();
          return respond(long());
        },
        { halfClose },
      );
      const { socket } = await dialRaw(port);
      socket.allowHalfOpen = true;
      socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      let got = 0;
      try {
        for await (const chunk of socket) got += chunk.byteLength;
      } catch {
        // It is cut off.
      }
      expect({ aborted, whole: got > 1_000_000 }).toEqual({ aborted: !halfClose, whole: halfClose });
      server?.abort();
    }
  });
});

describe('connect over TLS: a server that leaves by', () => {
  const framings = [
    ['content-length', 'Content-Length: 100000\r\n\r\nhello'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['until close', '\r\nhello'],
  ] as const;
  it.each(
    leaving.flatMap(([how, leave]) =>
      framings.map(([framing, rest]) => [how, framing, rest, leave] as const),
    ),
  )('%s, %s: only what is whole ends', async (how, framing, rest, leave) => {
    const { url, server } = await listenRaw((peer) => {
      peer.socket.once('data', () => peer.socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => leave(peer)));
    });
    const connection = await connect(url, { ca });
    const response = await connection.fetch('/');
    const outcome = await response.text().catch((error) => error.code);
    // Node does not tell the one end from the other.
    const ends = framing === 'until close' && how !== 'a reset';
    expect(outcome).toBe(ends ? 'hello' : 'ERR_CONNECTION_LOST');
    connection.abort();
    server.close();
  });

  it.each(
    (['http/1.1', 'h2'] as const).flatMap((protocol) =>
      (['close', 'abort'] as const).map((how) => [protocol, how] as const),
    ),
  )('serve, %s: %s() over TLS', async (protocol, how) => {
    const own = await serving(() => respond(long()));
    const connection = await connect(own.url, { ca, protocol });
    const reader = bodyOf(await connection.fetch('/')).getReader();
    await reader.read();
    const ended = own[how]();
    const outcome = (async () => {
      for (;;) if ((await reader.read()).done) return 'whole';
    })().catch((error) => error.code);
    expect(await outcome).toBe(how === 'close' ? 'whole' : 'ERR_CONNECTION_LOST');
    await ended;
    const closed = connection.closed.then(
      () => 'closed',
      (error) => error.code,
    );
    expect(await closed).toBe(how === 'close' ? 'closed' : 'ERR_CONNECTION_LOST');
    expect(own.connections.size).toBe(0);
  });
});
