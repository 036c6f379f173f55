import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import * as http2 from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { toNodeListener } from '../../adapters/node/mod.ts';
import type { NodeListenerOptions } from '../../adapters/node/to-node-listener.ts';
import { type Handler, type HandlerInfo, respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { rest } from './node-streams.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) thing.close();
});

function closeLater(server: Server): void {
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

async function serve(handler: Handler, options: NodeListenerOptions = {}): Promise<number> {
  const server: Server = createServer(toNodeListener(handler, options));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(server);
  return (server.address() as AddressInfo).port;
}

async function serveH2(
  handler: Handler,
  options: NodeListenerOptions = {},
): Promise<http2.ClientHttp2Session> {
  const server = http2.createServer(toNodeListener(handler, options));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => {});
  open.push({
    close: () => {
      client.destroy();
      server.close();
    },
  });
  return client;
}

interface Raw {
  readonly socket: Socket;
  /** Everything received, once the pattern is there or the connection is closed. */
  until(pattern: RegExp): Promise<string>;
  closed(): Promise<string>;
}

function raw(port: number, text = ''): Raw {
  const socket = connect(port, '127.0.0.1');
  open.push({ close: () => socket.destroy() });
  socket.on('error', () => {});
  let received = '';
  let over = false;
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const go of waiting.splice(0)) go();
  };
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
    wake();
  });
  socket.on('close', () => {
    over = true;
    wake();
  });
  if (text) socket.write(text);
  const until = async (pattern: RegExp) => {
    while (!pattern.test(received) && !over) await new Promise<void>((resolve) => waiting.push(resolve));
    return received;
  };
  return { socket, until, closed: () => until(/(?!)/) };
}

const get = (path = '/', more = '') => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}\r\n`;

/** A source that never ends, and a promise of how it was cancelled. */
function endless(chunkBytes = 1024, async = true) {
  const source = countingSource({ chunkBytes, async });
  let tell: (value: { reason: unknown; pulls: number }) => void = () => {};
  const cancelled = new Promise<{ reason: unknown; pulls: number }>((resolve) => {
    tell = resolve;
  });
  return {
    cancelled,
    source: {
      pull: () => source.pull(1),
      cancel(reason: unknown) {
        source.cancel?.(reason);
        tell({ reason, pulls: source.pulls });
      },
    },
    counting: source,
  };
}

describe('toNodeListener over HTTP/1.1', () => {
  it('gives the handler a Request, and what it knows of the connection', async () => {
    let info: HandlerInfo | undefined;
    let request: Request | undefined;
    const port = await serve(async (r, i) => {
      request = r;
      info = i;
      return respond(await r.text(), { status: 201, headers: { 'x-a': '1' } });
    });
    const response = await fetch(`http://127.0.0.1:${port}/p/../q?x=1#f`, {
      method: 'POST',
      body: 'sent',
      headers: { 'x-b': '2' },
    });
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([201, '1', 'sent']);
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect(response.headers.get('content-length')).toBe('4');
    expect(request).toBeInstanceOf(Request);
    expect(request?.url).toBe(`http://127.0.0.1:${port}/q?x=1`);
    expect([request?.method, request?.headers.get('x-b'), request?.bodyUsed]).toEqual(['POST', '2', true]);
    expect(request?.signal.aborted).toBe(false);
    expect(info).toMatchObject({ protocol: 'http/1.1', remoteAddress: '127.0.0.1', encrypted: false });
    expect(Object.keys(info?.native as object)).toEqual(['req', 'res']);
    await info?.completed;
    expect(request?.signal.aborted).toBe(false);
  });

  it('takes a plain Response, a clone of the request, several set-cookie, and several cookie', async () => {
    const port = await serve(async (request) => {
      const clone = request.clone();
      expect(clone).toBeInstanceOf(Request);
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
      return new Response(`${await clone.text()}|${request.headers.get('cookie')}`, { headers });
    });
    const { until } = raw(
      port,
      'POST / HTTP/1.1\r\nHost: x\r\nCookie: c=1\r\nCookie: d=2\r\nContent-Length: 2\r\n\r\nhi',
    );
    const text = await until(/hi\|c=1; d=2/);
    expect(text).toMatch(/set-cookie: a=1\r\nset-cookie: b=2\r\n/i);
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it('a client that leaves cancels the source once, before any further pull, and everyone hears the same reason', async () => {
    for (const mode of ['streaming', 'idle', 'stalled', 'half-closed']) {
      const { source, cancelled, counting } = endless(65_536);
      let signal: AbortSignal | undefined;
      let upload: Promise<unknown> | undefined;
      let completed: Promise<unknown> | undefined;
      const idle = { pull: () => new Promise<never>(() => {}), cancel: source.cancel };
      const port = await serve((request, info) => {
        signal = request.signal;
        upload = bytes(bodyOf(request)).catch((error) => error);
        completed = info.completed.catch((error) => error);
        return respond(mode === 'idle' || mode === 'half-closed' ? idle : source);
      });
      const headers = mode === 'half-closed' ? 'Content-Length: 0\r\n' : 'Content-Length: 10\r\n';
      const client = raw(
        port,
        `POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n${mode === 'half-closed' ? '' : 'abc'}`,
      );
      await client.until(/200 OK/);
      if (mode === 'stalled') {
        client.socket.pause();
        // Until the source rests: nothing more is pulled.
        for (let last = -1; last !== counting.pulls; ) {
          last = counting.pulls;
          for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
        }
      }
      if (mode === 'half-closed') client.socket.end();
      else client.socket.resetAndDestroy();
      const { reason, pulls } = await cancelled;
      expect(reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
      expect(signal?.aborted).toBe(true);
      expect(signal?.reason).toBe(reason);
      expect(await completed).toBe(reason);
      if (mode !== 'half-closed') expect(await upload).toBe(reason);
      await new Promise((resolve) => setImmediate(resolve));
      expect(counting.pulls).toBe(pulls);
    }
  });

  it('a source that fails leaves a truncated chunked body', async () => {
    const errors: unknown[] = [];
    const failure = new Error('broke');
    for (const wait of [false, true]) {
      const port = await serve(
        () =>
          respond(async function* () {
            yield 'first';
            if (wait) await new Promise((resolve) => setImmediate(resolve));
            throw failure;
          }),
        { onError: (error) => errors.push(error) },
      );
      const text = await raw(port, get()).closed();
      expect(text).toContain('5\r\nfirst\r\n');
      expect(text).not.toContain('0\r\n\r\n');
    }
    expect(errors).toEqual([failure, failure]);
  });

  it('HTTP/1.0: a source that fails resets the connection, as its end is the end of the body', async () => {
    let fail = () => {};
    // A reset that comes with the last bytes is none for libuv.
    const seen = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const port = await serve(() =>
      respond(async function* () {
        yield 'first';
        await seen;
        throw new Error('broke');
      }),
    );
    const { socket, until } = raw(port, 'GET / HTTP/1.0\r\n\r\n');
    const failed = new Promise((resolve) => socket.once('error', resolve).once('end', resolve));
    await until(/first$/);
    fail();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });

  it.each(['1.0', '1.1'])(
    'HTTP/%s over a stream that is no socket: a source that fails cuts it off',
    async (version) => {
      const failure = new Error('broke');
      const errors: unknown[] = [];
      const source = { pull: (): Promise<never> => Promise.reject(failure) };
      const listener = toNodeListener(() => respond(source), { onError: (error) => errors.push(error) });
      let received = '';
      const connection = new Duplex({
        read() {},
        write(chunk, _encoding, callback) {
          received += chunk;
          callback();
        },
      });
      const closed = new Promise((resolve) => connection.on('close', resolve));
      createServer(listener).emit('connection', connection);
      connection.push(`GET / HTTP/${version}\r\nHost: a.example\r\n\r\n`);
      await closed;
      expect(received).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\r\n\r\n$/);
      expect(errors).toEqual([failure]);
    },
  );

  it.each([true, false])('a response that someone else has begun, and ended: %p', async (ended) => {
    const errors: unknown[] = [];
    const source = countingSource({ chunkBytes: 1 });
    for (const late of [false, true]) {
      const port = await serve(
        (_request, info) => {
          const { res } = info.native as { res: ServerResponse };
          res.writeHead(203);
          if (ended) res.end('mine');
          else res.write('mine');
          const response = respond(body(late ? countingSource({ chunkBytes: 1 }) : source));
          return late ? Promise.resolve(response) : response;
        },
        { onError: (error) => errors.push(error) },
      );
      const text = await raw(port, get('/', 'Connection: close\r\n')).closed();
      expect(text).toMatch(/^HTTP\/1.1 203 [\s\S]*mine/);
      expect(text.endsWith('0\r\n\r\n')).toBe(ended);
    }
    const refusal = expect.objectContaining({
      message: expect.stringMatching(/^Cannot answer as nobody else must have answered/),
    });
    expect(errors).toEqual([refusal, refusal]);
    expect(source.pulls).toBe(0);
    expect(source.cancelled?.reason).toBe(errors[0]);
  });

  it('refuses what can not be at the call', () => {
    expect(() => toNodeListener(undefined as never)).toThrow(
      'Cannot serve as the handler must be a function',
    );
    expect(() => toNodeListener(() => respond(), { highWaterMark: -1 })).toThrow(RangeError);
    expect(() => toNodeListener(() => respond(), { drainTimeout: -1 })).toThrow(RangeError);
  });

  it.each(['HEAD', '204', '304'])('%s: the body is cancelled, never pulled', async (kind) => {
    const { source, cancelled, counting } = endless();
    const port = await serve(() => {
      const status = kind === 'HEAD' ? 200 : Number(kind);
      if (status === 200) return respond(body(source, { byteLength: 1234 }));
      // A class that allows a body, as @whatwg-node/fetch's does.
      return foreign(status, body(source));
    });
    const client = raw(
      port,
      `${kind === 'HEAD' ? 'HEAD' : 'GET'} / HTTP/1.1\r\nHost: x\r\n\r\n${get('/next')}`,
    );
    await cancelled;
    expect(counting.pulls).toBe(0);
    const text = await client.until(/HTTP\/1\.1[\s\S]*HTTP\/1\.1/);
    if (kind === 'HEAD') expect(text).toMatch(/content-length: 1234/i);
    expect(text).not.toMatch(/chunked[\s\S]*HTTP/i);
  });

  it('a handler that throws, rejects, or returns no response answers 500 with an empty body', async () => {
    const errors: unknown[] = [];
    const failure = new Error('no');
    const results: Handler[] = [
      () => {
        throw failure;
      },
      () => Promise.reject(failure),
      () => undefined as unknown as Response,
      () => respond('x', { headers: { 'transfer-encoding': 'chunked' } }),
      () => respond('x', { headers: { 'content-length': '7' } }),
      () => respond('x', { headers: { 'x-a': 'a\nb' } }),
      () => respond(body('x'), { statusText: 'a\nb' }),
    ];
    for (const handler of results) {
      const port = await serve(handler, { onError: (error) => errors.push(error) });
      expect(await raw(port, get('/', 'Connection: close\r\n')).closed()).toMatch(
        /^HTTP\/1.1 500 [\s\S]*content-length: 0\r\n[\s\S]*\r\n\r\n$/i,
      );
    }
    expect(errors.slice(0, 2)).toEqual([failure, failure]);
    expect(errors.slice(2).map((error) => (error as Error).name)).toEqual(Array(5).fill('TypeError'));
  });

  it('an unread upload within the limit is drained and the connection used again', async () => {
    const port = await serve(() => respond('ok'), { drainLimit: 100 });
    const client = raw(port, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n${'a'.repeat(40)}`);
    await client.until(/ok$/);
    client.socket.write(`${'a'.repeat(50)}${get('/second', 'Connection: close\r\n')}`);
    expect((await client.closed()).match(/200 OK/g)).toHaveLength(2);
  });

  it.each([
    ['unread', 'ERR_CLOSED'],
    ['begun', 'ERR_CLOSED'],
    ['begun, and waited for', 300_000],
  ])(
    'what is read of an upload once the reply is complete never passes for all of it: %s',
    async (how, end) => {
      let read: Promise<unknown> | undefined;
      let replied: Promise<void> | undefined;
      const port = await serve(async (request, { completed, waitUntil }) => {
        const reader = request.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
        const first = how === 'unread' ? 0 : ((await reader.read()).value?.byteLength ?? 0);
        const later = async () => {
          await completed;
          await replied;
          let size = first;
          for (let next = await reader.read(); !next.done; next = await reader.read())
            size += next.value.byteLength;
          return size;
        };
        read = later().catch(({ code }) => code);
        if (how.endsWith('waited for')) waitUntil(read);
        return respond('ok');
      });
      const upload = `${(150_000).toString(16)}\r\n${'a'.repeat(150_000)}\r\n`;
      const client = raw(port, `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${upload}`);
      replied = client.until(/ok$/).then(() => void client.socket.write(`${upload}0\r\n\r\n`));
      await replied;
      expect(await read).toBe(end);
    },
  );

  it('nor does what was there as a whole, and Node has dropped since', async () => {
    let read: Promise<unknown> | undefined;
    const port = await serve((request, { completed }) => {
      const later = async () => {
        // It is parsed in this turn.
        await new Promise(setImmediate);
        read = completed.then(() => request.text()).catch(({ code }) => code);
        return respond('ok');
      };
      return later();
    });
    await raw(
      port,
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ).until(/ok$/);
    expect(await read).toBe('ERR_CLOSED');
  });

  it('an early reply to a client that still uploads arrives whole, then the connection is closed', async () => {
    const reply = 'r'.repeat(300_000);
    const port = await serve(() => respond(reply), { drainLimit: 1000, drainTimeout: 200 });
    const client = raw(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n');
    const more = () => {
      while (client.socket.writable && client.socket.write('u'.repeat(65_536)));
    };
    client.socket.on('drain', more);
    more();
    const text = await client.closed();
    expect(text.endsWith(reply)).toBe(true);
  });

  /** A server that leaves `Expect` to the listener. */
  const expecting = async (handler: Handler): Promise<number> => {
    const listener = toNodeListener(handler);
    const server = createServer().on('checkContinue', listener).on('request', listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeLater(server);
    return (server.address() as AddressInfo).port;
  };

  it('Expect: 100-continue through checkContinue is answered when the handler reads, and not before', async () => {
    for (const read of [true, false]) {
      const client = raw(
        await expecting(async (request) => respond(read ? await request.text() : 'unread')),
        'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
      );
      if (read) {
        expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
        client.socket.write('ok');
        await client.until(/200 OK[\s\S]*ok$/);
      } else {
        expect(await client.until(/unread$/)).toMatch(/^HTTP\/1.1 200/);
      }
      client.socket.destroy();
    }
  });

  it('an expectation of HTTP/1.0 is ignored', async () => {
    const client = raw(
      await expecting(async (request) => respond(await request.text())),
      'POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 OK[\s\S]*ok$/);
  });

  it('trailers go both ways; HTTP/1.0 has none', async () => {
    const port = await serve(async (request) => {
      await bytes(bodyOf(request));
      const trailers = await trailersOf(request);
      return respond(
        body(`got ${trailers.get('x-sum')}`, {
          trailers: new Headers({ 'x-back': '1', 'content-length': '9' }),
        }),
      );
    });
    const client = raw(
      port,
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n1\r\na\r\n0\r\nx-sum: 7\r\n\r\n',
    );
    expect(await client.until(/x-back: 1\r\n\r\n/)).toMatch(/5\r\ngot 7\r\n0\r\nx-back: 1\r\n\r\n$/);
    const old = await raw(port, 'POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\na').closed();
    expect(old).toMatch(/\r\n\r\ngot null$/);
  });

  it('sends informational responses', async () => {
    const port = await serve((_request, info) => {
      info.sendInformational?.(103, { link: '</a.css>; rel=preload' });
      return respond('late');
    });
    expect(await raw(port, get()).until(/late/)).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nlink: [^\r]*\r\n\r\nHTTP\/1.1 200/,
    );
  });

  it('refuses what a Request can not carry, and authorities that are none', async () => {
    const port = await serve(() => respond('x'));
    expect(await raw(port, 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n').until(/\r\n\r\n/)).toMatch(
      /^HTTP\/1.1 501/,
    );
    expect(await raw(port, 'GET https://x/ HTTP/1.1\r\nHost: x\r\n\r\n').until(/\r\n\r\n/)).toMatch(
      /^HTTP\/1.1 421/,
    );
    for (const host of ['a@b', 'a/b', 'a b', 'a?b', 'a#b']) {
      const text = await raw(port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`).until(/\r\n\r\n/);
      expect(text).toMatch(/^HTTP\/1.1 400/);
    }
  });

  it('an absolute target overrides Host, //x stays a path, OPTIONS * has the path *', async () => {
    const port = await serve((request, info) => respond(`${request.url} ${info.path}`));
    const ask = async (target: string, method = 'GET') =>
      (
        await raw(
          port,
          `${method} ${target} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n`,
        ).closed()
      ).split('\r\n\r\n')[1];
    expect(await ask('http://b.example/x')).toBe('http://b.example/x undefined');
    expect(await ask('//b.example/x')).toBe('http://a.example//b.example/x undefined');
    expect(await ask('*', 'OPTIONS')).toBe('http://a.example/ *');
  });

  it('GET with a body is given without it, and the connection stays in step', async () => {
    const port = await serve((request) => respond(`${request.body}`));
    const client = raw(
      port,
      `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc${get('/', 'Connection: close\r\n')}`,
    );
    expect((await client.closed()).match(/null/g)).toHaveLength(2);
  });

  it('a stalled client stops the source', async () => {
    const { source, counting } = endless(65_536, false);
    const port = await serve(() => respond(source));
    const client = raw(port);
    client.socket.pause();
    client.socket.write(get());
    for (let last = -1; last !== counting.pulls || counting.pulls === 0; ) {
      last = counting.pulls;
      for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(counting.bytes).toBeLessThan(32 * 1024 * 1024);
  });

  it('a client that ends and takes nothing does not keep its connection', async () => {
    const { source, cancelled } = endless(65_536, false);
    const server = createServer(toNodeListener(() => respond(source), { drainTimeout: 1 }));
    const closed = new Promise((resolve) => {
      server.on('connection', (socket) => socket.on('close', resolve));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeLater(server);
    const client = raw((server.address() as AddressInfo).port);
    client.socket.pause();
    client.socket.end(get());
    await cancelled;
    await closed;
  });
});

/** A response whose class allows a body with any status. */
function foreign(status: number, stream: ReadableStream<Uint8Array>): Response {
  return {
    status,
    statusText: '',
    headers: new Headers(),
    body: stream,
    bodyUsed: false,
  } as unknown as Response;
}

describe('toNodeListener: pipelined requests', () => {
  it('many are answered in order, without a warning of listeners', async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    process.on('warning', onWarning);
    let answer = () => {};
    const all = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let n = 0;
    const port = await serve(async (request) => {
      if (++n === 20) answer();
      await all;
      return respond(`at ${new URL(request.url).pathname}`);
    });
    const { until } = raw(port, Array.from({ length: 20 }, (_, i) => get(`/${i}`)).join(''));
    const text = await until(/at \/19/);
    expect(text.match(/at \/\d+/g)).toEqual(Array.from({ length: 20 }, (_, i) => `at /${i}`));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it.each(['reset', 'end'])(
    'a client that leaves is lost to all, also those read to their end: %s',
    async (how) => {
      const signals: AbortSignal[] = [];
      const codes: Promise<string>[] = [];
      let seen = () => {};
      const both = new Promise<void>((resolve) => {
        seen = resolve;
      });
      const port = await serve(async (request, info) => {
        signals.push(request.signal);
        await request.text();
        codes.push(info.completed.catch((error) => error.code));
        if (codes.length === 2) seen();
        return new Promise<never>(() => {});
      });
      const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi';
      const { socket } = raw(port, post + post);
      await both;
      if (how === 'reset') socket.resetAndDestroy();
      else socket.end();
      expect(await Promise.all(codes)).toEqual(['ERR_CONNECTION_LOST', 'ERR_CONNECTION_LOST']);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    },
  );

  it('one that fails while earlier ones are answered is cut off in its turn', async () => {
    let n = 0;
    let first = (_: Response) => {};
    const port = await serve(
      () =>
        n++ === 0
          ? new Promise<Response>((resolve) => {
              first = resolve;
            })
          : respond(async function* () {
              yield 'some';
              throw new Error('broke');
            }),
      { onError: () => setImmediate(() => first(respond('first'))) },
    );
    const text = await raw(port, get() + get()).closed();
    expect(text).toMatch(/first[\s\S]*some\r\n$/);
  });
});

describe('toNodeListener among middleware', () => {
  /** Serves behind something that has had the request and the response first. */
  async function behind(
    before: (req: IncomingMessage, res: ServerResponse, next: () => void) => void,
    handler: Handler,
    options: NodeListenerOptions = {},
  ): Promise<number> {
    const listener = toNodeListener(handler, options);
    const server = createServer((req, res) => before(req, res, () => listener(req, res)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeLater(server);
    return (server.address() as AddressInfo).port;
  }
  const post = (body: string, more = '') =>
    `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

  it('where it is mounted the URL is the one that was asked for', async () => {
    const port = await behind(
      (req, _res, next) => {
        // As express and connect do.
        Object.assign(req, { originalUrl: req.url });
        req.url = '/x?y';
        next();
      },
      (request) => respond(request.url),
    );
    expect(await raw(port, get('/api/x?y', 'Connection: close\r\n')).closed()).toContain(
      '\r\n\r\nhttp://a.example/api/x?y',
    );
  });

  it('a wrapped writeHead gets the headers as its second argument, those of one value as text', async () => {
    const seen: unknown[] = [];
    const port = await behind(
      (_req, res, next) => {
        const { writeHead } = res;
        res.writeHead = (...args: unknown[]) => {
          seen.push(args);
          return writeHead.apply(res, args as never);
        };
        next();
      },
      () =>
        respond('x', {
          statusText: 'Fine',
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ],
        }),
    );
    expect(await raw(port, get('/', 'Connection: close\r\n')).closed()).toMatch(
      /^HTTP\/1.1 200 Fine\r\n[\s\S]*set-cookie: a=1\r\nset-cookie: b=2\r\n/,
    );
    const headers = {
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'text/plain;charset=UTF-8',
      'content-length': '1',
    };
    expect(seen).toEqual([[200, expect.objectContaining(headers)]]);
  });

  it('fields that can not be sent leave none of the others in the 500', async () => {
    const errors: unknown[] = [];
    const port = await behind(
      (_req, res, next) => {
        res.setHeader('x-before', '1');
        next();
      },
      () => respond('x', { headers: { 'x-secret': '1', 'x-bad': 'a\r\nx-in: 1' } }),
      { onError: (error) => errors.push(error) },
    );
    const text = await raw(port, get('/', 'Connection: close\r\n')).closed();
    expect(text).toMatch(/^HTTP\/1.1 500 [\s\S]*x-before: 1\r\n/);
    expect(text).not.toMatch(/x-secret|x-in/);
    expect(errors).toEqual([expect.any(TypeError)]);
  });

  it.each(['Content-Length', 'Transfer-Encoding'])(
    'a body that someone else has read is not an empty one: %s',
    async (field) => {
      const port = await behind(
        (req, _res, next) => void req.on('end', next).resume(),
        async (request) => respond(await request.text().catch((error) => `${error.name}: ${error.message}`)),
      );
      const chunked = post('').replace('Content-Length: 0', 'Transfer-Encoding: chunked');
      const text = field === 'Content-Length' ? post('abc') : `${chunked}3\r\nabc\r\n0\r\n\r\n`;
      expect(await raw(port, text).closed()).toContain(
        'TypeError: Cannot read a body as nobody else must have read it',
      );
    },
  );

  it('a request that flows, or has an encoding, keeps its body', async () => {
    for (const change of [
      (req: IncomingMessage) => req.resume(),
      (req: IncomingMessage) => req.setEncoding('latin1'),
    ]) {
      const port = await behind(
        (req, _res, next) => {
          change(req);
          next();
        },
        async (request) => {
          for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
          return respond(new Uint8Array(await request.arrayBuffer()));
        },
      );
      const { socket, closed } = raw(port);
      socket.write(post('a\xffb'), 'latin1');
      expect(await closed()).toMatch(/\r\n\r\na\xffb$/);
    }
  });

  it.each([
    [
      'read',
      async (request: Request) => respond(String((await bytes(bodyOf(request))).length)),
      /\r\n\r\n100000$/,
    ],
    ['not read', () => respond('unread'), /\r\n\r\nunread$/],
  ] as const)(
    'a request that is made up, as by the injectors of tests, is served: %s',
    async (_name, handler, reply) => {
      const socket = new EventEmitter();
      const req = Object.assign(Readable.from([Buffer.alloc(100_000)]), {
        method: 'POST',
        url: '/',
        httpVersion: '1.1',
        headers: { host: 'x', 'content-length': '100000' },
        rawHeaders: ['host', 'x', 'content-length', '100000'],
        socket,
      }) as unknown as IncomingMessage;
      const res = new ServerResponse(req);
      const sink = new PassThrough();
      res.assignSocket(sink as unknown as Socket);
      let sent = '';
      sink.on('data', (chunk) => {
        sent += chunk;
      });
      const finished = once(res, 'finish');
      toNodeListener(handler)(req, res);
      await finished;
      await rest();
      expect(sent).toMatch(reply);
    },
  );

  it('fields beyond ASCII go out as they are, with a stream too', async () => {
    const port = await serve(() =>
      respond(['streamed'], { statusText: 'V\xe4l', headers: { 'x-name': '\xfcber' } }),
    );
    const text = await raw(port, get('/', 'Connection: close\r\n')).closed();
    expect(text).toMatch(/^HTTP\/1.1 200 V\xe4l\r\n[\s\S]*x-name: \xfcber\r\n[\s\S]*streamed/);
  });
});

describe('toNodeListener over HTTP/2', () => {
  const ask = (
    client: http2.ClientHttp2Session,
    headers: http2.OutgoingHttpHeaders = {},
    upload?: string,
  ) => {
    const stream = client.request({ ':path': '/', ...headers }, { endStream: upload === undefined });
    if (upload !== undefined) stream.end(upload);
    return stream;
  };
  const read = async (stream: http2.ClientHttp2Stream) => {
    const head = new Promise<http2.IncomingHttpHeaders>((resolve) => stream.once('response', resolve));
    const trailers = new Promise<http2.IncomingHttpHeaders>((resolve) => stream.once('trailers', resolve));
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += chunk;
    return { head: await head, text, trailers };
  };

  it('serves requests and their bodies, cookies joined, with trailers', async () => {
    const client = await serveH2(async (request, info) => {
      expect(info.protocol).toBe('h2');
      const whole = await collect(bodyOf(request));
      return respond(body(`${request.url} ${whole.text()}`, { trailers: new Headers({ 'x-t': '1' }) }), {
        headers: [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ],
      });
    });
    const { head, text, trailers } = await read(ask(client, { ':method': 'POST', ':path': '/a?b' }, 'up'));
    expect(text).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a\?b up$/);
    expect(head['set-cookie']).toEqual(['a=1', 'b=2']);
    expect((await trailers)['x-t']).toBe('1');
  });

  it('a reset stream cancels the source once, with the reason that the signal has', async () => {
    const { source, cancelled } = endless();
    let signal: AbortSignal | undefined;
    const client = await serveH2((request) => {
      signal = request.signal;
      return respond(source);
    });
    const stream = ask(client);
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('data', resolve));
    stream.close(http2.constants.NGHTTP2_CANCEL);
    const { reason } = await cancelled;
    expect(signal?.reason).toBe(reason);
    expect(reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('a source that fails resets the stream without END_STREAM', async () => {
    const client = await serveH2(() =>
      respond(async function* () {
        yield 'first';
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('broke');
      }),
    );
    const stream = ask(client);
    let ended = false;
    stream.on('end', () => {
      ended = true;
    });
    stream.resume();
    const error = await new Promise<{ code?: string }>((resolve) => stream.once('error', resolve));
    expect(error.code).toBe('ERR_HTTP2_STREAM_ERROR');
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
    expect(ended).toBe(false);
  });

  it('HEAD is answered and its body cancelled; an unread upload is stopped with NO_ERROR', async () => {
    const { source, cancelled, counting } = endless();
    const client = await serveH2((request) =>
      request.method === 'HEAD' ? respond(source) : respond('early'),
    );
    const head = ask(client, { ':method': 'HEAD' });
    head.resume();
    await cancelled;
    expect(counting.pulls).toBe(0);
    const upload = client.request({ ':method': 'POST', ':path': '/' });
    upload.on('error', () => {});
    upload.write('x'.repeat(1000));
    let text = '';
    upload.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => upload.once('close', resolve));
    expect([text, upload.rstCode]).toEqual(['early', 0]);
  });

  it('an upload that is reset errors the request body', async () => {
    let outcome: Promise<unknown> | undefined;
    let started: () => void = () => {};
    const reading = new Promise<void>((resolve) => {
      started = resolve;
    });
    const client = await serveH2(async (request) => {
      outcome = bytes(bodyOf(request)).then(
        () => 'complete',
        (error) => error.code,
      );
      started();
      await outcome;
      return respond('x');
    });
    for (const code of [http2.constants.NGHTTP2_CANCEL, http2.constants.NGHTTP2_INTERNAL_ERROR]) {
      const stream = client.request({ ':method': 'POST', ':path': '/' });
      stream.on('error', () => {});
      stream.write('part');
      await reading;
      stream.destroy(code === 8 ? undefined : new Error('broken'));
      expect(await outcome).toBe('ERR_CONNECTION_LOST');
    }
  });

  it('one that is reset before it is read errors too', async () => {
    let tell = (_: Request) => {};
    const lost = new Promise<Request>((resolve) => {
      tell = resolve;
    });
    const client = await serveH2((request) => {
      request.signal.addEventListener('abort', () => tell(request));
      return new Promise(() => {});
    });
    const stream = client.request({ ':method': 'POST', ':path': '/' });
    stream.write('part', () => setImmediate(() => stream.destroy()));
    const { reason } = (await lost).signal;
    // By then node:http2 has ended the request.
    await new Promise((resolve) => setTimeout(resolve));
    await expect(bytes(bodyOf(await lost))).rejects.toBe(reason);
  });

  it('100 (Continue) that Node has sent is not sent again', async () => {
    const client = await serveH2(async (request) => respond(await request.text()));
    const stream = client.request({ ':method': 'POST', ':path': '/', expect: '100-continue' });
    let sent = 0;
    stream.on('continue', () => {
      if (sent++ === 0) stream.end('text');
    });
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect([sent, text]).toEqual([1, 'text']);
  });

  it('fields that can not be sent are a 500; several of one name are', async () => {
    const client = await serveH2((request, info) => {
      info.sendInformational?.(103, [
        ['link', '</a>'],
        ['link', '</b>'],
      ]);
      const bad = new URL(request.url).pathname === '/bad';
      return respond('x', { headers: bad ? { 'x-bad': 'a\r\nb' } : { 'x-good': 'a' } });
    });
    for (const [path, status] of [
      ['/bad', 500],
      ['/good', 200],
    ] as const) {
      const stream = client.request({ ':path': path });
      const links = new Promise((resolve) => stream.on('headers', (headers) => resolve(headers['link'])));
      const head = await new Promise<http2.IncomingHttpHeaders>((resolve) => stream.on('response', resolve));
      expect([head[':status'], head['x-bad'], await links]).toEqual([status, undefined, '</a>, </b>']);
      stream.resume();
    }
  });

  it('a stream that was gone before its listener ran is lost', async () => {
    let tell = (_: Request) => {};
    const asked = new Promise<Request>((resolve) => {
      tell = resolve;
    });
    const listener = toNodeListener((request) => {
      tell(request);
      return respond('x');
    });
    const server = http2.createServer((req, res) => {
      req.stream.on('close', () => setImmediate(() => listener(req, res)));
      req.stream.close(http2.constants.NGHTTP2_CANCEL);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    open.push({
      close: () => {
        client.destroy();
        server.close();
      },
    });
    client.request({ ':path': '/' }).on('error', () => {});
    expect((await asked).signal.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('a request without a body is not stopped, which could lose the response to a HEAD', async () => {
    const listener = toNodeListener(() => respond('text'));
    let stops = 0;
    const server = http2.createServer((req, res) => {
      const { close } = req.stream;
      req.stream.close = (...args) => {
        stops++;
        close.apply(req.stream, args);
      };
      listener(req, res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    open.push({
      close: () => {
        client.destroy();
        server.close();
      },
    });
    const stream = client.request({ ':path': '/', ':method': 'HEAD' });
    const head = await new Promise<http2.IncomingHttpHeaders>((resolve) => stream.on('response', resolve));
    expect([head[':status'], head['content-length'], stops]).toEqual([200, '4', 0]);
  });
});
